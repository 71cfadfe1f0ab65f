#!/usr/bin/env python3
"""The classic exercise's chat client: prints what arrives, and sends what is typed. Usage: client.py ADDRESS PORT"""

import select
import socket
import sys


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.connect((sys.argv[1], int(sys.argv[2])))
    while True:
        ready, _, _ = select.select([sys.stdin, server], [], [])
        for source in ready:
            if source is server:
                message = server.recv(2048).decode()
                if not message:
                    return
                print(message, flush=True)
            else:
                line = sys.stdin.readline()
                if not line:
                    return
                server.sendall(line.encode())
                print("<You> " + line, end="", flush=True)


main()
