"""A model server on loopback that asks for given commands, one after the other, and then is done. It speaks what the agents speak:
Anthropic Messages, OpenAI Responses, OpenAI chat completions, Gemini generateContent; streaming or not.

It doesn't understand anything: it counts the results of tools in what it is sent, and asks for the next command."""

import http.server
import json
import re
import threading

NAMES = re.compile(r"^(bash|shell|shell_command|exec_command|local_shell|run_shell_command|execute_command)$", re.I)


def tool_of(tools):
    """The name of the tool that runs commands, and its description."""
    for tool in tools or ():
        for one in tool.get("functionDeclarations", ()) or tool.get("function_declarations", ()) or [tool]:
            one = one.get("function", one)
            if NAMES.match(one.get("name") or one.get("type") or ""):
                return one.get("name") or one.get("type"), one
    return None, None


def arguments(tool, command):
    """As the tool's schema wants them."""
    schema = tool.get("input_schema") or tool.get("parameters") or tool.get("parametersJsonSchema") or {}
    known = schema.get("properties", {})
    key = next((k for k in ("command", "cmd", "commands") if k in known), "command")
    given = {key: command}
    if known.get(key, {}).get("type") == "array":
        given = {key: ["bash", "-lc", command]}
    for name in schema.get("required", ()):
        if name not in given:
            given[name] = False if known.get(name, {}).get("type") == "boolean" else "a command of the test"
    return given


class Mock:
    def __init__(self, commands):
        self.commands, self.requests, self.trouble = commands, [], []
        mock = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def reply(self, body, kind="application/json"):
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                self.reply({"object": "list", "data": [{"id": "mock", "object": "model"}], "models": []})

            def do_HEAD(self):
                self.reply(b"")

            def do_POST(self):
                if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                    body = b""
                    while (size := int(self.rfile.readline().split(b";")[0], 16)) > 0:
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    request = json.loads(body or b"{}")
                    path = self.path.split("?")[0]
                    mock.requests.append((self.path, request))
                    if path.endswith("/messages"):
                        self.reply(*anthropic(mock, request))
                    elif path.endswith("/responses"):
                        self.reply(*responses(mock, request))
                    elif path.endswith("/chat/completions"):
                        self.reply(*completions(mock, request))
                    elif "GenerateContent" in path or "generateContent" in path:
                        self.reply(*gemini(mock, request, "stream" in path))
                    elif "ount" in path:  # count_tokens, countTokens
                        self.reply({"input_tokens": 1, "totalTokens": 1})
                    else:
                        self.reply({})
                except Exception as error:  # what goes wrong here is told where the test ends
                    mock.trouble.append("%s: %r" % (self.path, error))
                    raise

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def next(self, done, tools):
        """The next call as (number, tool's name, arguments), or None: say that all is done."""
        name, tool = tool_of(tools)
        if not name or done >= len(self.commands):
            return None
        return done, name, arguments(tool, self.commands[done])


def events(list_of, named):
    out = "".join(("event: %s\n" % name if named else "") + "data: %s\n\n" % (data if isinstance(data, str) else json.dumps(data))
                  for name, data in list_of)
    return out.encode(), "text/event-stream"


def anthropic(mock, request):
    done = sum(part.get("type") == "tool_result" for message in request.get("messages", ()) if isinstance(message.get("content"), list)
               for part in message["content"])
    call = mock.next(done, request.get("tools"))
    block = {"type": "tool_use", "id": "toolu_%d" % call[0], "name": call[1], "input": call[2]} if call else {"type": "text", "text": "done"}
    message = {"id": "msg_%d" % done, "type": "message", "role": "assistant", "model": request.get("model"), "content": [block],
               "stop_reason": "tool_use" if call else "end_turn", "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}
    if not request.get("stream"):
        return (message,)
    begin = {**message, "content": [], "stop_reason": None}
    empty = {**block, "input": {}} if call else {**block, "text": ""}
    delta = {"type": "input_json_delta", "partial_json": json.dumps(call[2])} if call else {"type": "text_delta", "text": "done"}
    return events([("message_start", {"type": "message_start", "message": begin}),
                   ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": empty}),
                   ("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": delta}),
                   ("content_block_stop", {"type": "content_block_stop", "index": 0}),
                   ("message_delta", {"type": "message_delta", "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
                                      "usage": {"output_tokens": 1}}),
                   ("message_stop", {"type": "message_stop"})], True)


def responses(mock, request):
    items = request.get("input") if isinstance(request.get("input"), list) else []
    done = sum(str(item.get("type", "")).endswith("_call_output") for item in items)
    call = mock.next(done, request.get("tools"))
    if call and call[1] == "local_shell":
        item = {"type": "local_shell_call", "id": "ls_%d" % call[0], "call_id": "call_%d" % call[0], "status": "completed",
                "action": {"type": "exec", "command": ["bash", "-lc", mock.commands[call[0]]]}}
    elif call:
        item = {"type": "function_call", "id": "fc_%d" % call[0], "call_id": "call_%d" % call[0], "name": call[1], "arguments": json.dumps(call[2])}
    else:
        item = {"type": "message", "id": "m_%d" % done, "role": "assistant", "content": [{"type": "output_text", "text": "done", "annotations": []}]}
    answer = {"id": "resp_%d" % done, "object": "response", "status": "completed", "model": request.get("model"), "output": [item],
              "usage": {"input_tokens": 1, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 1,
                        "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 2}}
    if not request.get("stream"):
        return (answer,)
    return events([("response.created", {"type": "response.created", "response": {**answer, "status": "in_progress", "output": []}}),
                   ("response.output_item.added", {"type": "response.output_item.added", "output_index": 0, "item": item}),
                   ("response.output_item.done", {"type": "response.output_item.done", "output_index": 0, "item": item}),
                   ("response.completed", {"type": "response.completed", "response": answer})], True)


def completions(mock, request):
    done = sum(message.get("role") == "tool" for message in request.get("messages", ()))
    call = mock.next(done, request.get("tools"))
    made = [{"index": 0, "id": "call_%d" % call[0], "type": "function", "function": {"name": call[1], "arguments": json.dumps(call[2])}}] if call else None
    message = {"role": "assistant", "content": None if call else "done", **({"tool_calls": made} if call else {})}
    finish = "tool_calls" if call else "stop"
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    head = {"id": "chat_%d" % done, "created": 1, "model": request.get("model")}
    if not request.get("stream"):
        return ({**head, "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage},)
    chunk = {**head, "object": "chat.completion.chunk"}
    return events([("", {**chunk, "choices": [{"index": 0, "delta": message, "finish_reason": None}]}),
                   ("", {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}),
                   ("", {**chunk, "choices": [], "usage": usage}), ("", "[DONE]")], False)


def gemini(mock, request, stream):
    done = sum("functionResponse" in part for content in request.get("contents", ()) for part in content.get("parts", ()))
    call = mock.next(done, request.get("tools"))
    part = {"functionCall": {"name": call[1], "args": call[2], "id": "call_%d" % call[0]}} if call else {"text": "done"}
    answer = {"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
              "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}, "modelVersion": "mock"}
    if not call and (request.get("generationConfig") or {}).get("responseMimeType") == "application/json":
        part["text"] = "{}"
    return events([("", answer)], False) if stream else (answer,)
