#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""
Every message that the programs can print or log, found in src.  "make messages" writes docs/messages.md from it;
tests/integration/test_messages.py looks at all of them.

A line is printed or logged as it stands.  A reason stands in a line, instead of REASON.  The tables below say which functions and
variables carry messages, and which carry data.  Whatever prints, or is a text of several words, and is in neither, is "not
understood", and fails the test.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]

# ---- What is known of the sources

PROGRAMS = ("ipsec-spi-agent", "mib2text", "check_ipsec_tunnels")

# Functions that say something: where the format is among their arguments, from 0, and where the severity is.
SAYING = {"snmp_log": (1, 0), "netsnmp_config_error": (0, None)}
SAYING_OF = {"src/snmp/agentx_link.c": {"tell": (2, 1)}}
# Functions that write: where the buffer or stream is, and where the format is.
WRITING = {"snprintf": (0, 2), "vsnprintf": (0, 2), "sprintf": (0, 1), "fprintf": (0, 1), "fputs": (1, 0), "printf": (None, 0), "puts": (None, 0)}
# What would say something in ways that are not read here.
FORBIDDEN = {
    *("perror", "err", "errx", "warn", "warnx", "syslog", "vsyslog", "snmp_vlog", "snmp_log_perror", "snmp_perror", "snmp_sess_perror", "config_perror"),
    *("config_pwarn", "netsnmp_config_warn", "dprintf", "vdprintf", "vprintf", "vfprintf", "psignal", "asprintf", "vasprintf", "vsprintf"),
}

# Buffers, streams, variables and fields that carry messages, by the last word of their names.
CARRIERS = {
    *("stderr", "error", "complaint", "reason", "words", "warning", "wrong", "advice", "why", "end", "gone", "too_late", "buffer"),
    *("detail", "what", "is_not_d16", "is_not_d32", "out_of_range", "ambiguous", "cut_off", "how", "argument", "source_error", "ike_error"),
}
# Those that carry data; and those that hold a part of what is said by another call, or what was said before.
DATA = {
    *("out", "stdout", "line", "path", "title", "copy", "cell", "at", "digits", "text", "usage", "keys", "description", "address", "addresses", "number"),
    *("new_name", "old_name", "bad_name", "temporary_path", "range", "figures", "lines", "shown", "escaped", "age", "time", "message", "state"),
    *("transform", "context", "child_names", "both", "problems", "heading", "peer", "socket", "version", "part", "connection", "child", "remote_id"),
    *("consequence", "whole", "selectors", "where", "limit", "more", "told", "told_complaint", "said", "source", "community", "com2sec", "NULL", "id", "name", "title", "value", "folder"),
}
CARRIERS_OF = {"src/mib2text/check_verdict.c": {"out"}, "src/snmp/agentx_claims.c": {"text", "name"}, "src/serve/tunnel_watch.c": {"text"}}
# Functions that print help or data.
PRINTING = {"show_progress", "clear_progress", "show_usage", "print_usage", "show_help", "show_version", "register_module", "put_message", "options_parse", "check_figures_describe", "print_output", "print_line", "print_harmless", "check_unknown_print"}
# Calls whose texts are compared, asserted or shown as data.
COMPARING = {
    *("_Static_assert", "text_put_string", "text_put", "strcmp", "strncmp", "begins_with", "strstr", "strlen", "DEBUGMSGTL", "is_word", "note_message"),
    *("klips_starts_with", "ancestry_has", "CHILD", "GAUGE", "COUNTER32"),
}
# Tables with reasons, or parts of messages; and tables without.
TABLES_OF_REASONS = {"klips_fields", "errors", "own_options", "how"}
TABLES_OF_DATA = {"limits", "config_words", "words", "sink_words", "rows", "figures", "mib_ike_table", "ike_columns", "columns", "syntax_octet_string"}
# Functions that return texts which are no reasons.
RETURNING_DATA = {"tunnel_state_label", "vici_request_name"}

# What stands for an expression, as a whole or by its last word; a number is N, and others are their last words.
PLACEHOLDERS = {
    **{"strerror": "ERROR", "path": "FILE", "socket": "FILE", "folder": "FOLDER", "optarg": "VALUE", "serving": "OPTION", "argv": "WORD", "argument": "VALUE"},
    **{"option->argument": "ARGUMENT", "rows[i].argument": "ARGUMENT", "agentx_session_address": "ADDRESS", "master": "ADDRESS", "netns": "NAMESPACE"},
    **{"error": "REASON", "why": "REASON", "reader_error": "REASON", "words": "REASON", "complaint": "REASON", "wrong": "REASON", "example": "REASON"},
    **{"reason": "REASON", "detail": "REASON", "more": "[ and N more]", "consequence": "[, and makes this another SNMPv3 engine]"},
    **{"peer": "AGENT", "rows": "ROWS", "addresses": "ADDRESS", "where": "[ in network namespace \"NAMESPACE\"]", "names": "COUNTER", "program": "PROGRAM", "program_invocation_short_name": "PROGRAM"},
    **{"unit": "UNITS", "what": "REASON", "conflict": "REASON", "describe": "NAME", "name_of": "COLUMN", "last": "COLUMN", "at": "NAME", "shown": "TEXT"},
    **{"mib_error_name": "STATUS", "vici_request_name": "REQUEST", "agentx_error_text": "REASON", "tunnel_state_label": "STATE"},
}
# What is always there, where the sources ask whether it is.
PRESENT = {"optarg", "serving", "argv", "strerror"}


# ---- C, as far as it is needed


@dataclass(frozen=True)
class Function:
    file: str
    name: str
    parameters: tuple
    texts: tuple  # parameters that are texts
    body: str
    line: int
    static: bool
    returns: str


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple
    start: int
    end: int


LITERAL = r'"(?:[^"\\\n]|\\.)*"'
# Texts one after the other; formats of <inttypes.h>, and macros that are texts, may be between.
TEXTS = re.compile(rf"(?:(?:{LITERAL}|\bPRI\w+|\bVERSION|\b[A-Z_]+_(?:ONE|SEEN))\s*)*{LITERAL}(?:\s*(?:{LITERAL}|\bPRI\w+|\bVERSION\b|\b[A-Z_]+_(?:ONE|SEEN)\b))*")
DEFINITION = re.compile(r"^(?P<returns>[\w* ]*(?:\(\([^\n]*\)\) )?[\w* ]*)\n(?P<name>\w+)\((?P<parameters>[^;{}]*)\)\n\{\n(?P<body>.*?)^\}", re.MULTILINE | re.DOTALL)


@cache
def sources():
    """{name of the file: its text, without comments and #include, but with all its lines}"""
    found = {}
    for path in sorted([*TREE.glob("src/*/*.[ch]"), *TREE.glob("include/*/*.h")]):
        text = re.sub(rf"{LITERAL}|'(?:[^'\\]|\\.)+'|/\*.*?\*/|//[^\n]*", lambda m: m.group() if m.group()[0] in "\"'" else re.sub(r"[^\n]", " ", m.group()), path.read_text(), flags=re.DOTALL)
        found[str(path.relative_to(TREE))] = re.sub(r"^#\s*include.*$|^__attribute__\(\(.*\)\) | __attribute__\(\(.*\)\)(?=;)", "", text, flags=re.MULTILINE)
    return found


@cache
def macros():
    """{name: text} of #define NAME "text"."""
    return {name: text for code in sources().values() for name, text in re.findall(rf"^#define (\w+) ({LITERAL})$", code, re.MULTILINE)}


@cache
def arrays(file):
    """{name: text} of static const char name[] = "text"."""
    return {name: joined(text) for name, text in re.findall(rf"const char (\w+)\[\] = ((?:\s*(?:{LITERAL}|VERSION))+);", sources()[file])}


def joined(texts):
    """The text that the compiler makes of literals one after the other."""
    parts = re.findall(rf"{LITERAL}|\w+", texts)
    spelled = []
    for part in parts:
        if part in macros():
            part = macros()[part]
        if part == "VERSION":
            spelled.append("VERSION")
        elif part.startswith("PRI"):
            spelled.append("u")
        else:
            spelled.append(part[1:-1])
    return "".join(spelled).replace('\\"', '"').replace("\\n", "\n").replace("\\r", "\r").replace("\\033", "\x1b").replace("\\\\", "\\")


def split(text, separator=","):
    """Of what stands between separators, but not within brackets or texts."""
    parts, depth, begin, at = [], 0, 0, 0
    while at < len(text):
        match = re.compile(rf"{LITERAL}|'(?:[^'\\]|\\.)+'").match(text, at)
        if match:
            at = match.end()
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0 and text.startswith(separator, at):
            parts.append(text[begin:at].strip())
            begin = at + len(separator)
        at += 1
    return (*parts, text[begin:].strip())


def closing(text, at):
    """Where the bracket that is opened at that place is closed."""
    depth = 0
    for match in re.compile(rf"{LITERAL}|'(?:[^'\\]|\\.)+'|[()]").finditer(text, at):
        depth += (match.group() == "(") - (match.group() == ")")
        if depth == 0:
            return match.start()
    return len(text)


@cache
def calls(body):
    found = []
    for match in re.finditer(rf"{LITERAL}|'(?:[^'\\]|\\.)+'|\b(\w+)\(", body):
        if match.group(1) and match.group(1) not in ("if", "while", "for", "switch", "return", "sizeof"):
            end = closing(body, match.end() - 1)
            found.append(Call(match.group(1), split(body[match.end() : end]), match.start(), end))
    return found


@cache
def functions():
    found = []
    for file, code in sources().items():
        for match in DEFINITION.finditer(code):
            parameters = tuple(re.sub(r"\[.*?\]", "", p).split()[-1].lstrip("*") for p in split(match["parameters"]) if p not in ("void", ""))
            texts = tuple(re.findall(r"\bchar \*(?:const )?(\w+)(?=[,)]|$)", " ".join(match["parameters"].split())))
            line = code.count("\n", 0, match.start("body")) + 1
            found.append(Function(file, match["name"], parameters, texts, match["body"], line, "static" in match["returns"], match["returns"]))
    return found


@cache
def callers(function):
    """[(function, call)] of those that call it."""
    return [(f, c) for f in functions() if f.file == function.file or not function.static for c in calls(f.body) if c.name == function.name]


def last_word(expression):
    """path of file->path, strerror of strerror(errno), name of names->all[before].name"""
    expression = re.sub(r"^\((?:const )?[\w ]+\**\)", "", expression.strip())
    while re.search(r"\([^()]*\)|\[[^\[\]]*\]", expression):
        expression = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", expression)
    expression = re.split(r"\s*[+]\s*", expression)[0]
    words = re.findall(r"\w+", expression)
    return words[-1] if words else ""


# ---- What stands in a message for an expression


def shown(expression, file):
    """The text of it, where it is one; [text] where there may be none; else a word in capitals."""
    expression = "".join(part if i % 2 else re.sub(r"\s+", " ", part) for i, part in enumerate(re.split(rf"({LITERAL})", expression))).strip()
    if TEXTS.fullmatch(expression):
        return joined(expression)
    if expression in macros():
        return joined(macros()[expression])
    if expression in arrays(file):
        return arrays(file)[expression]
    if expression in ("NULL", ""):
        return ""
    if len(parts := split(expression, " ? ")) > 1:
        condition, (first, *others) = parts[0], split(" ? ".join(parts[1:]), " : ")
        tested = condition.removesuffix("[0]")
        if tested == "NULL" or tested == '""':
            return shown(" : ".join(others), file)
        if TEXTS.fullmatch(tested) or last_word(tested) in PRESENT:
            return shown(first, file)
        yes, no = shown(first, file), shown(" : ".join(others), file)
        if not yes or not no:
            return f"[{yes or no}]"
        return yes if yes == no else f"{EITHER}{yes}{OR}{no}{END}"
    word = last_word(expression)
    return PLACEHOLDERS.get(expression) or PLACEHOLDERS.get(word) or re.sub(r"_(?:text|name|label)$", "", word).upper()


# Around one of two texts, until a message is complete.
EITHER, OR, END = "\x01", "\x02", "\x03"


def alternatives(text):
    """A message with one of two texts in it is two messages; one with several such places shows both at each."""
    parts = re.split(f"{EITHER}(.*?){OR}(.*?){END}", text)
    if len(parts) == 4:
        return [parts[0] + one + parts[3] for one in parts[1:3]]
    return [text.replace(EITHER, "(").replace(OR, "|").replace(END, ")")]


def rendered(form, arguments, file):
    """The form with what stands for its arguments."""
    left = list(arguments)

    def stands_for(match):
        if match.group() == "%%":
            return "%"
        if "*" in match.group():
            left.pop(0)
        argument = left.pop(0) if left else ""
        kind = match.group()[-1]
        if kind == "s":
            return shown(argument, file)
        return "X" if kind == "c" else "N"

    text = re.sub(r"%[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j)?[%sucdixgf]", stands_for, form)
    return re.sub(r"\]\[", "", re.sub(r'\[([^]]*")\](\w+)\["', r'[\1\2"', text))


# ---- Messages


@dataclass(frozen=True)
class Message:
    text: str
    severity: str  # "" where there is none
    is_line: bool
    file: str
    line: int


class Found:
    def __init__(self):
        self.messages, self.not_understood, self.seen = {}, [], set()

    def add(self, text, severity, is_line, function, at):
        for one in alternatives(text.strip()):
            # What is made of placeholders alone is the frame of others.
            if re.search(r"[a-z]{2}|(?:^| )-[a-z] ", re.sub(rf"^(?:{'|'.join(PROGRAMS)}): |\b[A-Z][A-Z_0-9]+\b", "", one)) and (is_line or re.search(r"\w \w", one) and not one.endswith(":")):
                message = Message(one, severity, is_line, function.file, function.line + function.body.count("\n", 0, at))
                key = (one, function.file)
                if key not in self.messages or is_line and not self.messages[key].is_line:
                    self.messages[key] = message

    def complain(self, function, at, why):
        self.not_understood.append(f"{function.file}:{function.line + function.body.count(chr(10), 0, at)}: {why}")


def carries(word, file):
    return word in CARRIERS_OF.get(file, ()) or word in CARRIERS


def names(expressions):
    return set(re.findall(r"(?<![\w.>])\w+\b(?!\()", re.sub(LITERAL, "", " ".join(expressions))))


def has_text(expression):
    return re.search(LITERAL, expression) is not None


def instances(function, call, form, arguments, severity, depth=0):
    """
    [(form, arguments, severity, function, call)]: a function whose parameters are said gives a message for each of its calls that
    passes a text, and one for all others.
    """
    wanted = [p for p in function.texts if p in names([form, *arguments])] + [p for p in function.parameters if p in names([severity])]
    if "arguments" in arguments and "..." in function.parameters:
        wanted.append("...")
    found, is_frame = [], False
    for caller, made in callers(function) if wanted and depth < 4 else []:
        given = dict(zip(function.parameters, made.arguments))
        passes = [given.get(p, "") for p in wanted if p != "..."]
        passes_text = any(has_text(e) and e != '""' or e in macros() or e in arrays(caller.file) for e in passes)
        is_frame |= any(not has_text(e) for e in passes) and "..." not in wanted
        if not passes_text and not any(e in caller.texts for e in passes):
            continue

        def put(expression):
            parts = re.split(rf"({LITERAL})", expression)
            return "".join(p if i % 2 else re.sub(r"(?<![\w.>])\w+\b(?!\()", lambda m: given.get(m.group(), m.group()), p) for i, p in enumerate(parts))

        rest = made.arguments[len(function.parameters) - 1 :] if "..." in function.parameters else ()
        passed = rest if "arguments" in arguments else tuple(put(a) for a in arguments)
        further = instances(caller, made, put(form), passed, put(severity), depth + 1)
        found += [one for one in further if passes_text or one[3] != caller]
    return found + [(form, arguments, severity, function, call)] if is_frame or not found else found


def saying(call, file):
    return SAYING_OF.get(file, {}).get(call.name) if len(call.arguments) > 1 and call.name in SAYING_OF.get(file, {}) else SAYING.get(call.name)


def look_at_call(found, function, call):
    """A call that says or writes something."""
    if place_and_level := saying(call, function.file):
        place, level = place_and_level
        is_line, severity = True, call.arguments[level] if level is not None else "LOG_ERR"
    else:
        buffer, place = WRITING[call.name]
        target = last_word(call.arguments[buffer]) if buffer is not None else "stdout"
        is_line, severity = target in ("stderr", "stdout", "too_late"), ""
        if function.name in PRINTING or not carries(target, function.file) and target in DATA and function.name != "wrong_usage":
            found.seen.add((function, call.start, call.end))
            return
        if not carries(target, function.file) and function.name != "wrong_usage":
            found.complain(function, call.start, f"writes into {target}: is that a message?")
            return
    found.seen.add((function, call.start, call.end))
    form, arguments = call.arguments[place], call.arguments[place + 1 :]
    for form, arguments, severity, origin, made in instances(function, call, form, arguments, severity):
        text = shown(form, origin.file)
        if not TEXTS.search(form) and form not in arrays(origin.file) and form not in macros():
            if call.name != "fputs" and not form.isidentifier():
                found.complain(origin, made.start, f"the format is no text: {form}")
            continue
        found.seen.add((origin, made.start, made.end))
        for one in alternatives(text):
            found.add(rendered(one, arguments, origin.file), severity.removeprefix("LOG_").lower(), is_line, origin, made.start)


def look_at_texts(found, function):
    """Texts that are returned or assigned."""
    for match in TEXTS.finditer(function.body):
        if any(f == function and start <= match.start() < end for f, start, end in found.seen):
            continue
        text = joined(match.group())
        before = function.body[: match.start()]
        statement = re.split(r"[;{}]", re.sub(rf"{LITERAL}|'(?:[^'\\]|\\.)+'", lambda m: "x" * len(m.group()), before))[-1]
        statement = before[len(before) - len(statement) :].strip()
        enclosing = [c for c in calls(function.body) if c.start < match.start() < c.end]
        table = re.findall(r"\b(\w+)(?:\[\w*\])* = \{(?:(?!\};).)*\Z", before, re.DOTALL)
        target = re.findall(r"(\w+)(?:\[\])?\s*=(?!=)[^=]*$", re.sub(r"[=!<>]=", "", statement))
        if function.name in PRINTING or any(c.name in COMPARING for c in enclosing):
            continue
        in_statics = re.search(r"\bstatic const char \w+\[\]\s*=\s*$", before)
        if table and table[-1] in TABLES_OF_REASONS:
            found.add(text, "", False, function, match.start())
        elif table and table[-1] in TABLES_OF_DATA or in_statics and target[-1] in DATA:
            continue
        elif re.search(r"\breturn\b", statement) and "char *" in function.returns and not enclosing and function.name not in RETURNING_DATA:
            found.add(text, "", False, function, match.start())
        elif target and (not enclosing or carries(target[-1], function.file) and enclosing[-1].name == "add") and carries(target[-1], function.file):
            found.add(rendered(text, [], function.file), "", False, function, match.start())
        elif enclosing and any(callee.name == enclosing[-1].name and has_carrier(callee, enclosing[-1], match.group(), function.file) for callee in functions()):
            found.add(text, "", False, function, match.start())
        elif target and target[-1] in DATA:
            continue
        elif re.search(r"[a-z]{2,}[ ,:]+.*[a-z]{2,}", text) and not any(f == function and start <= match.start() < end for f, start, end in found.seen):
            found.complain(function, match.start(), f'is it a message? "{text}"')


def has_carrier(callee, call, text, file):
    """Whether the function is given the text as a parameter that carries messages."""
    for parameter, argument in zip(callee.parameters, call.arguments):
        if text.strip() in argument and carries(parameter, callee.file):
            return True
    return False


def tables():
    """What is outside of functions, as functions of their own."""
    for file, code in sources().items():
        outside = DEFINITION.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), code)
        outside = re.sub(r"^#define \w+ \"[^\n]*$", lambda m: " " * len(m.group()), outside, flags=re.MULTILINE)
        yield Function(file, "", (), (), outside, 1, True, "")


@cache
def look():
    found = Found()
    for function in functions():
        for call in calls(function.body):
            if call.name in FORBIDDEN:
                found.complain(function, call.start, f"calls {call.name}(), which is not read here")
            if saying(call, function.file) or call.name in WRITING:
                look_at_call(found, function, call)
    for function in [*functions(), *tables()]:
        look_at_texts(found, function)
    return found


if __name__ == "__main__":
    for message in look().messages.values():
        print(f"{message.file}:{message.line}: {'line' if message.is_line else 'reason'} {message.severity} {message.text}")
    print(*look().not_understood, sep="\n")
