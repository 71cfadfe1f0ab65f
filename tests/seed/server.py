#!/usr/bin/env python3
"""The classic exercise's chat server, with its faults: what Hallway's plain rooms must get along with.

Its greeting has no line end. What one read brings, at most 2,048 bytes, goes to everybody else behind the sender's
address, without a line end of its own, so two quick lines become one message and a long line becomes several. Bytes
that are not UTF-8 raise an error that it swallows, and the whole read is lost. Usage: server.py ADDRESS PORT
"""

import socket
import sys
import threading

people = []


def broadcast(text, sender):
    for person in list(people):
        if person is not sender:
            try:
                person.sendall(text.encode())
            except OSError:
                leave(person)


def leave(person):
    person.close()
    if person in people:
        people.remove(person)


def serve(person, address):
    person.sendall(b"Welcome to this chatroom!")
    while True:
        try:
            message = person.recv(2048).decode()
            if not message:
                leave(person)
                return
            print(f"<{address}> {message}", flush=True)
            broadcast(f"<{address}> {message}", person)
        except UnicodeDecodeError:
            continue
        except OSError:
            leave(person)
            return


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((sys.argv[1], int(sys.argv[2])))
    server.listen(100)
    print(f"listening on {server.getsockname()[1]}", flush=True)
    while True:
        person, (address, _) = server.accept()
        people.append(person)
        print(f"{address} connected", flush=True)
        threading.Thread(target=serve, args=(person, address), daemon=True).start()


main()
