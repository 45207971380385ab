// Values as bytes: V8's serialization format, version 15, as the Workers platform stores and sends it.

exports.serialize = require("structured_clone/writer").serialize;
exports.deserialize = require("structured_clone/reader").deserialize;
