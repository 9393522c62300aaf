// A worker that accepts e-mails by a service binding, as README describes the request, and answers with what it received.
export default {
  async fetch(request) {
    const mail = await request.json();
    const key = request.headers.get("idempotency-key");
    return Response.json({ id: `${request.method} ${request.url} ${key === mail.id ? key : "another key"} ${mail.to} ${mail.from}` });
  },
};
