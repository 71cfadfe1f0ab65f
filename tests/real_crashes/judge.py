"""Whether a room kept its promise, told from the event streams of real programs and from everybody's `history`.

The laws are those of the simulation's checker (tests/harness/checker.rs), by the same names, for what can be seen from
outside: lines of text that are never the same twice. A kill may lose a print and never an entry, so what was printed must
be in the end's history, and not the other way round. `self_test` breaks each law once.
"""


class Run:
    """One start of the program: what it printed, in that order."""

    def __init__(self, events=()):
        self.events = list(events)


class Account:
    """One person: the lines that were typed, in that order, and the starts."""

    def __init__(self, name, fed=(), runs=(), reprints=False):
        self.name, self.fed, self.runs = name, list(fed), list(runs)
        # A disk that lost what could be fetched again: it was printed by an earlier start, and is again.
        self.reprints = reprints

    def printed(self, name):
        """All events of this name, over all starts."""
        return [event for run in self.runs for event in run.events if event["event"] == name]


def judge(accounts, histories):
    """The broken laws, a sentence each. `histories` are everybody's lines of `hallway history --json`, in that order."""
    told = []
    truth = [event for event in histories[0] if event["event"] == "message"]
    for account, history in zip(accounts, histories):
        told += judge_history(account, history, truth)
    told += judge_order(accounts, truth)
    by_seq = {line["seq"]: line for line in truth}
    ids = {line["id"] for line in truth}
    for account in accounts:
        told += judge_own(account, by_seq, ids)
        told += judge_shown(account, truth, by_seq)
    return told


def judge_history(account, history, truth):
    """One order for all, and no hole."""
    if any(event["event"] != "message" for event in history):
        gap = next(event for event in history if event["event"] != "message")
        return [f"I6: {account.name}'s history has a hole: {gap}"]
    told, before = [], 0
    for line in history:
        if line["seq"] <= before:
            told.append(f"I2: {account.name}'s history has {line['seq']} after {before}")
        before = line["seq"]
    if history != truth:
        at = next((at for at, pair in enumerate(zip(history, truth)) if pair[0] != pair[1]), None)
        at = min(len(history), len(truth)) if at is None else at
        mine, first = (lines[at : at + 1] or ["nothing"] for lines in (history, truth))
        told.append(f"I2: {account.name}'s history has {mine[0]} where the first has {first[0]}")
    return told


def judge_order(accounts, truth):
    """Nothing twice, nothing that nobody said, and each author's lines in the order in which they were typed."""
    told, texts, ids = [], set(), set()
    place = {text: (account.name, at) for account in accounts for at, text in enumerate(account.fed)}
    last, keys = {}, {}
    for line in truth:
        text, name = line["text"], line.get("author_key")
        if text in texts or (name, line["id"]) in ids:
            told.append(f"I3: \"{text}\" stands twice, again at {line['seq']}")
        texts.add(text)
        ids.add((name, line["id"]))
        if text not in place or place[text][0] != keys.setdefault(name, place[text][0]):
            told.append(f"I5: nobody of that key said \"{text}\" at {line['seq']}")
            continue
        if place[text][1] <= last.get(name, -1):
            told.append(f"I4: \"{text}\" at {line['seq']} was said earlier than what stands before it")
        last[name] = place[text][1]
    return told


def judge_own(account, by_seq, ids):
    """What was acknowledged has its number, and what was safe is there unless it was refused."""
    told = []
    for event in account.printed("sent"):
        line = by_seq.get(event["seq"])
        if line is None or line["id"] != event["id"]:
            told.append(f"I1: {account.name}'s {event['id']} was acknowledged at {event['seq']}, where {line} is")
    refused = {event["id"] for event in account.printed("refused")}
    for event in account.printed("pending"):
        if event["id"] not in ids and event["id"] not in refused:
            told.append(f"I10: {account.name}'s \"{event['text']}\" was safe and is in no history")
    return told


def judge_shown(account, truth, by_seq):
    """What was shown is in the history, was shown once and in order, and what was left out was told before."""
    told, shown = [], 0
    places = {line["seq"]: at for at, line in enumerate(truth)}
    for run in account.runs:
        last, gap = None, None
        if account.reprints:
            shown = 0
        for event in run.events:
            if event["event"] == "gap":
                gap = event
            if event["event"] != "message":
                continue
            seq = event["seq"]
            if by_seq.get(seq) != event:
                told.append(f"I1: {account.name} was shown {event} and the history has {by_seq.get(seq)}")
                continue
            if seq <= shown:
                told.append(f"I3: {account.name} was shown {seq} after {shown}")
            left_out = last is not None and places[seq] > places[last] + 1
            if left_out and not (gap and gap["before"] <= seq and gap["after"] >= last):
                told.append(f"I6: {account.name} was shown {seq} after {last}, and was told of no gap")
            last, gap, shown = seq, None, max(shown, seq)
    return told
