"""A mail server for tests: EHLO, STARTTLS, AUTH PLAIN and LOGIN, NOOP, QUIT; it takes no mail.

Usage: smtp_server.py [--tls CERT KEY] [--from-first-byte] [--login USER PASSWORD] [--mute]

Prints its port, then each command it hears ("C: EHLO …", "T: EHLO …" behind TLS), until standard input ends.
"""
import argparse
import base64
import socket
import ssl
import sys
import threading


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--from-first-byte", action="store_true")
    parser.add_argument("--login", nargs=2)
    parser.add_argument("--mute", action="store_true", help="takes connections and says nothing")
    return parser.parse_args()


class Talk:
    def __init__(self, connection, given):
        self.given = given
        self.secure = False
        self.connection = connection
        if given.from_first_byte:
            self.encrypt()
        self.file = self.connection.makefile("rwb")

    def encrypt(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.given.tls)
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.secure = True

    def say(self, text):
        self.file.write(text.encode() + b"\r\n")
        self.file.flush()

    def hear(self):
        line = self.file.readline().decode("ascii", "replace").strip()
        return line

    def log(self, line):
        print(("T: " if self.secure else "C: ") + line, flush=True)

    def extensions(self):
        lines = ["test.example"]
        if self.given.tls and not self.secure:
            lines.append("STARTTLS")
        if self.given.login and (self.secure or not self.given.tls):
            lines.append("AUTH PLAIN LOGIN")
        lines.append("8BITMIME")
        for line in lines[:-1]:
            self.say("250-" + line)
        self.say("250 " + lines[-1])

    def login(self, words):
        if len(words) > 2:
            parts = base64.b64decode(words[2]).split(b"\0")
        else:
            self.say("334 ")
            parts = base64.b64decode(self.hear()).split(b"\0")
        right = [part.decode() for part in parts[1:]] == self.given.login
        self.say("235 Welcome" if right else "535 5.7.8 Wrong name or password")

    def run(self):
        self.say("220 test.example ESMTP")
        while line := self.hear():
            words = line.split()
            self.log(words[0] + (" " + words[1] if words[0] == "AUTH" else ""))
            if words[0] == "EHLO":
                self.extensions()
            elif words[0] == "STARTTLS":
                self.say("220 Go ahead")
                self.encrypt()
                self.file = self.connection.makefile("rwb")
            elif words[0] == "AUTH":
                self.login(words)
            elif words[0] == "QUIT":
                self.say("221 Bye")
                return
            else:
                self.say("250 OK")


def serve(connection, given):
    try:
        if given.mute:
            connection.recv(1)
        else:
            Talk(connection, given).run()
    except OSError as error:  # the other side did not like our certificate, or went away
        print(f"E: {type(error).__name__}", flush=True)
    connection.close()


def main():
    given = options()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, given), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


main()
