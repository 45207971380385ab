// get(), put() and delete() of a stub, which programs of before 2024-03-26 have.
// Source: workers-api.md 4.3.

const failed = (method, { status, statusText }) => new Error(`HTTP ${method} request failed: ${status} ${statusText}`);

// The body of what `url` answers: text, or what `type` says; null where there is nothing.
exports.body = async (stub, url, type) => {
  const response = await stub.fetch(url);
  if (response.status === 404 || response.status === 410) return null;
  if (!response.ok) throw failed("GET", response);
  switch (type) {
    case undefined:
    case "text":
      return response.text();
    case "json":
      return response.json();
    case "arrayBuffer":
      return response.arrayBuffer();
    case "stream":
      return response.body;
    default:
      throw new TypeError(
        'Unknown response type. Possible types are "text", "arrayBuffer", "json", and "stream".',
      );
  }
};

exports.write = async (stub, method, url, body) => {
  const response = await stub.fetch(url, { method, body });
  if (!response.ok) throw failed(method, response);
};
