// A worker that takes letters by a service binding, as README describes the request, and tells what it was asked.
export default {
  async fetch(request) {
    const letter = await request.json();
    const key = request.headers.get("idempotency-key");
    return Response.json({ id: `${request.method} ${request.url} ${key === letter.id ? key : "another key"} ${letter.to} ${letter.from}` });
  },
};
