// Serves interop.v1.Interop and the health service: node server.js CERTIFICATE_FILE KEY_FILE. Prints the port.
'use strict';
const { fs, grpc, details, refusal, Interop, Health } = require('./peer');

const [certificate, key] = process.argv.slice(2);
const cancelled = new Map();

const refuse = () => {
  const metadata = new grpc.Metadata();
  metadata.set('grpc-status-details-bin', details);
  return { code: grpc.status.PERMISSION_DENIED, details: refusal, metadata };
};

// A promise that is kept when the call with that id is cancelled.
const cancellation = id => {
  const name = id.toString();
  if (!cancelled.has(name)) {
    let keep;
    const promise = new Promise(resolve => { keep = resolve; });
    cancelled.set(name, { promise, keep });
  }
  return cancelled.get(name);
};

const hang = (call, id) => call.on('cancelled', () => cancellation(id).keep());

const server = new grpc.Server();
server.addService(Interop.service, {
  unary(call, answer) {
    const { action, payload } = call.request;
    if (action === 'fail') return answer(refuse());
    if (action === 'hang') return hang(call, payload);
    if (action === 'was-cancelled') return cancellation(payload).promise.then(() => answer(null, {}));
    const headers = new grpc.Metadata();
    for (const name of ['question', 'question-bin']) call.metadata.get(name).forEach(value => headers.add(name, value));
    call.sendMetadata(headers);
    answer(null, { payload });
  },
  serverStreaming(call) {
    if (call.request.action === 'hang') return hang(call, call.request.payload);
    for (let i = 0; i < call.request.count; i++) call.write({ payload: Buffer.from([i]) });
    if (call.request.action === 'fail') return call.emit('error', refuse());
    call.end();
  },
  clientStreaming(call, answer) {
    let length = 0;
    call.on('data', request => { length += request.payload.length; });
    call.on('end', () => answer(null, { payload: Buffer.from(String(length)) }));
  },
  duplex(call) {
    call.on('data', request => request.action === 'hang' ? hang(call, request.payload) : call.write({ payload: request.payload }));
    call.on('end', () => call.end());
  },
});
server.addService(Health.service, {
  check: (call, answer) => call.request.service === ''
    ? answer(null, { status: 'SERVING' })
    : answer({ code: grpc.status.NOT_FOUND, details: 'no such service' }),
  watch: call => call.write({ status: 'SERVING' }),
});

const credentials = grpc.ServerCredentials.createSsl(
  null, [{ cert_chain: fs.readFileSync(certificate), private_key: fs.readFileSync(key) }]);
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  console.log(port);
});

// Goes with the test that started it, also when that one is killed.
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
