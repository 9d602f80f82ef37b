// Runs every case at once against a server: node client.js HOST:PORT CA_FILE. Prints a JSON line for each.
'use strict';
const assert = require('assert');
const { fs, grpc, details, refusal, everyByte, sleep, Interop, Health } = require('./peer');

const [address, caFile] = process.argv.slice(2);
const credentials = grpc.credentials.createSsl(fs.readFileSync(caFile));
const client = new Interop(address, credentials);
const health = new Health(address, credentials);
const own = options => new Interop(address, credentials, { 'grpc.use_local_subchannel_pool': 1, ...options });
const codes = grpc.status;

const unary = (target, request, options = {}, metadata = new grpc.Metadata()) => new Promise((resolve, reject) =>
  target.unary(request, metadata, options, (error, response) => error ? reject(error) : resolve(response)));

const all = stream => new Promise((resolve, reject) => {
  const received = [];
  stream.on('data', response => received.push(response));
  stream.on('error', reject);
  stream.on('end', () => resolve(received));
});

const next = stream => new Promise((resolve, reject) => {
  stream.once('data', resolve);
  stream.once('error', reject);
});

const fails = async (code, promise) => {
  const error = await promise.then(() => { throw new Error('it succeeded'); }, e => e);
  assert.strictEqual(error.code, code, `${error.code}: ${error.message}`);
  return error;
};

const write = (stream, request) => new Promise((resolve, reject) =>
  stream.write(request, error => error ? reject(error) : resolve()));

const cases = {
  async unary() {
    assert.deepStrictEqual((await unary(client, { payload: everyByte })).payload, everyByte);
  },
  async server_streaming() {
    assert.deepStrictEqual((await all(client.serverStreaming({ count: 5 }))).map(r => r.payload[0]), [0, 1, 2, 3, 4]);
  },
  async client_streaming() {
    const response = await new Promise((resolve, reject) => {
      const call = client.clientStreaming((error, r) => error ? reject(error) : resolve(r));
      for (let i = 0; i < 5; i++) call.write({ payload: Buffer.alloc(10) });
      call.end();
    });
    assert.strictEqual(response.payload.toString(), '50');
  },
  async duplex() {
    const call = client.duplex();
    for (let i = 0; i < 5; i++) {
      call.write({ payload: Buffer.from([i]) });
      assert.strictEqual((await next(call)).payload[0], i);
    }
    const end = all(call);
    call.end();
    assert.strictEqual((await end).length, 0);
  },
  async gzip() {
    const compressing = own({ 'grpc.default_compression_algorithm': 2 });
    const payload = Buffer.alloc(100000, 'a');
    assert.ok((await unary(compressing, { payload })).payload.equals(payload));
  },
  async deadline_unary() {
    await fails(codes.DEADLINE_EXCEEDED, unary(client, { action: 'hang' }, { deadline: Date.now() + 300 }));
  },
  async deadline_stream() {
    await fails(codes.DEADLINE_EXCEEDED, all(client.serverStreaming({ action: 'hang' }, { deadline: Date.now() + 300 })));
  },
  async cancel_unary() {
    const id = Buffer.from('node-unary');
    const call = client.unary({ action: 'hang', payload: id }, () => {});
    await unary(client, { action: 'has-started', payload: id }, { deadline: Date.now() + 20000 });
    call.cancel();
    await unary(client, { action: 'was-cancelled', payload: id }, { deadline: Date.now() + 20000 });
  },
  async cancel_stream() {
    const id = Buffer.from('node-stream');
    const call = client.duplex();
    const end = all(call);
    call.write({ action: 'hang', payload: id });
    await unary(client, { action: 'has-started', payload: id }, { deadline: Date.now() + 20000 });
    call.cancel();
    await fails(codes.CANCELLED, end);
    await unary(client, { action: 'was-cancelled', payload: id }, { deadline: Date.now() + 20000 });
  },
  async unknown_method() {
    const pass = bytes => bytes;
    await fails(codes.UNIMPLEMENTED, new Promise((resolve, reject) =>
      client.makeUnaryRequest('/interop.v1.Interop/Nothing', pass, pass, Buffer.alloc(0), e => e ? reject(e) : resolve())));
    await fails(codes.UNIMPLEMENTED, new Promise((resolve, reject) =>
      client.makeUnaryRequest('/no.Service/Nothing', pass, pass, Buffer.alloc(0), e => e ? reject(e) : resolve())));
  },
  async oversize_request() {
    await fails(codes.RESOURCE_EXHAUSTED, unary(client, { payload: Buffer.alloc(4 * 1024 * 1024 + 1) }));
  },
  async oversize_response() {
    const small = own({ 'grpc.max_receive_message_length': 1000 });
    await fails(codes.RESOURCE_EXHAUSTED, unary(small, { payload: Buffer.alloc(2000) }));
  },
  async killed_within_a_stream() {
    const call = own({}).duplex();
    call.write({ payload: Buffer.from([1]) });
    await next(call);
    const end = all(call);
    call.write({ action: 'die' });
    await fails(codes.UNAVAILABLE, end);
  },
  async idle_for_30_seconds() {
    const call = client.duplex();
    call.write({ payload: Buffer.from([1]) });
    await next(call);
    await sleep(31000);
    call.write({ payload: Buffer.from([2]) });
    assert.strictEqual((await next(call)).payload[0], 2);
    call.end();
  },
  async more_than_30_megabytes() {
    const chunk = Buffer.alloc(1024 * 1024);
    const response = await new Promise((resolve, reject) => {
      const call = client.clientStreaming((error, r) => error ? reject(error) : resolve(r));
      (async () => {
        for (let i = 0; i < 33; i++) await write(call, { payload: chunk });
        call.end();
      })().catch(reject);
    });
    assert.strictEqual(response.payload.toString(), String(33 * 1024 * 1024));
  },
  async status_details() {
    // One after the other: a call that fails before it is awaited ends the process.
    for (const fail of [() => unary(client, { action: 'fail' }), () => all(client.serverStreaming({ action: 'fail', count: 2 }))]) {
      const error = await fails(codes.PERMISSION_DENIED, fail());
      assert.strictEqual(error.details, refusal);
      assert.ok(error.metadata.get('grpc-status-details-bin')[0].equals(details));
    }
  },
  async binary_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('question', 'why?');
    metadata.set('question-bin', everyByte);
    const headers = await new Promise((resolve, reject) => {
      const call = client.unary({}, metadata, error => error && reject(error));
      call.on('metadata', resolve);
    });
    assert.strictEqual(headers.get('question')[0], 'why?');
    assert.ok(headers.get('question-bin')[0].equals(everyByte));
  },
  async health_check() {
    const check = service => new Promise((resolve, reject) => health.check({ service }, (e, r) => e ? reject(e) : resolve(r)));
    assert.strictEqual((await check('')).status, 'SERVING');
    await fails(codes.NOT_FOUND, check('no.Service'));
  },
  async health_watch() {
    const call = health.watch({ service: 'no.Service' });
    call.on('error', () => {});
    assert.strictEqual((await next(call)).status, 'SERVICE_UNKNOWN');
    call.cancel();
  },
};

Promise.all(Object.entries(cases).map(async ([name, run]) => {
  const error = await run().then(() => null, e => e.stack || String(e));
  console.log(JSON.stringify({ case: name, error }));
})).then(() => process.exit(0));
