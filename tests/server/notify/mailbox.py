"""A mail server for tests, made of aiosmtpd: takes mails and says what it has read, in words of its own.

Usage: mailbox.py [--tls CERT KEY] [--from-first-byte] [--login USER PASSWORD] [--answer STAGE TEXT]…
                  [--cut-mid-data N] [--hold N]

  --answer STAGE TEXT   what to say to EHLO, MAIL, RCPT or DATA (DATA: behind the mail's end); each is said once, in
                        their order, after that all goes well
  --cut-mid-data N      the first N connections are cut while the mail comes in
  --hold N              the first N mails are read and said ("held": true), but never answered

Prints its port, then a line of JSON for each mail that it took: envelope, whether it came over TLS, decoded headers,
both parts, what is wrong with the form (by Python's own reader) and the longest line; until standard input ends.
"""
import argparse
import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, syntax


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--from-first-byte", action="store_true")
    parser.add_argument("--login", nargs=2)
    parser.add_argument("--answer", nargs=2, action="append", default=[])
    parser.add_argument("--cut-mid-data", type=int, default=0)
    parser.add_argument("--hold", type=int, default=0)
    return parser.parse_args()


given = options()
waiting = {}
for stage, text in given.answer:
    waiting.setdefault(stage, []).append(text)


def next_answer(stage):
    return waiting[stage].pop(0) if waiting.get(stage) else None


def say(thing):
    print(json.dumps(thing, ensure_ascii=True), flush=True)


def read_mail(envelope, secure, user, held):
    raw = envelope.original_content
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    defects = [type(defect).__name__ for part in message.walk() for defect in part.defects]
    headers = []
    for name, value in message.items():
        defects += [f"{name}: {type(defect).__name__}" for defect in value.defects]
        headers.append([name, str(value)])
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    lines = raw.split(b"\r\n")
    if any(b"\r" in line or b"\n" in line for line in lines):
        defects.append("a bare CR or LF")
    say({"held": held, "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": secure, "user": user, "headers": headers,
         "type": message.get_content_type(), **{kind: (parts.get("text/" + form) or "").replace("\r\n", "\n")
                                                    for kind, form in (("text", "plain"), ("html", "html"))},
         "parts": len(parts), "defects": defects, "longest": max(map(len, lines)),
         "ascii": all(byte < 128 for byte in raw)})


class Handler:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        refused = next_answer("MAIL")
        if refused:
            return refused
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        refused = next_answer("RCPT")
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        refused = next_answer("DATA")
        if refused:
            return refused
        secure = session.ssl is not None or given.from_first_byte
        held = given.hold > 0
        given.hold -= 1
        read_mail(envelope, secure, session.auth_data.login.decode() if session.auth_data else None, held)
        if held:
            await asyncio.Event().wait()
        return "250 Taken"


class Server(SMTP):
    cuts = given.cut_mid_data

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname):
        refused = next_answer("EHLO")
        if refused:
            await self.push(refused)
            return
        await super().smtp_EHLO(hostname)

    @syntax("DATA")
    async def smtp_DATA(self, arg):
        if Server.cuts > 0:
            Server.cuts -= 1
            await self.push("354 Go ahead")
            await self._reader.readline()
            say({"cut": True})
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


def authenticator(server, session, envelope, mechanism, auth_data):
    right = [auth_data.login.decode(), auth_data.password.decode()] == given.login
    return AuthResult(success=right, handled=False, auth_data=auth_data)


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*given.tls)
    return context


def make_talk():
    starttls = tls_context() if given.tls and not given.from_first_byte else None
    return Server(Handler(), hostname="mail.example", tls_context=starttls, require_starttls=starttls is not None,
                  authenticator=authenticator if given.login else None, auth_required=bool(given.login),
                  auth_require_tls=starttls is not None)


async def serve():
    loop = asyncio.get_running_loop()
    secure = tls_context() if given.from_first_byte else None
    server = await loop.create_server(make_talk, "127.0.0.1", 0, ssl=secure)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
asyncio.run(serve())
