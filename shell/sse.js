// A reader of text/event-stream as the HTML standard has it: lines end with LF, CR or CRLF, whatever the borders of the
// chunks, those inside a character and between CR and LF included. What it does not know it passes over; an event that
// is not complete when the stream ends is never told.
const lineMax = 1 << 20;  // characters; nothing of ours is nearly as long

export class Parser {
  // event({kind, data, id}): id is that of the last event that had one. retry(ms): the server's wish.
  constructor({ event, retry }, id = "") {
    this.tell = event;
    this.retry = retry;
    this.id = this.nextId = id;
    this.decoder = new TextDecoder();  // drops a byte order mark, keeps the beginning of a character for later
    this.rest = "";
    this.afterReturn = false;
    this.kind = "";
    this.data = [];
  }

  // Throws where a line has no end.
  feed(bytes) {
    let text = this.decoder.decode(bytes, { stream: true });
    if (text === "") return;
    if (this.afterReturn && text[0] === "\n") text = text.slice(1);
    this.afterReturn = false;
    text = this.rest + text;
    let begin = 0;
    for (let at = this.rest.length; at < text.length; ++at) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      const line = text.slice(begin, at);
      if (code === 13) {
        if (at + 1 === text.length) this.afterReturn = true;
        else if (text.charCodeAt(at + 1) === 10) ++at;
      }
      begin = at + 1;
      this.take(line);
    }
    this.rest = text.slice(begin);
    if (this.rest.length > lineMax) throw new Error("a line without an end");
  }

  take(line) {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return;  // a comment
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value[0] === " ") value = value.slice(1);
    if (name === "event") this.kind = value;
    else if (name === "data") this.data.push(value);
    else if (name === "id" && !value.includes("\0")) this.nextId = value;
    else if (name === "retry" && /^[0-9]{1,9}$/.test(value)) this.retry(Number(value));
  }

  dispatch() {
    this.id = this.nextId;
    const { kind, data } = this;
    this.kind = "";
    this.data = [];
    if (data.length > 0) this.tell({ kind: kind || "message", data: data.join("\n"), id: this.id });
  }
}
