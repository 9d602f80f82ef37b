// A workload that the agent gives the machine's identity: node workload.js SOCKET. Prints a JSON line for each SVID, and, for each port
// on standard input, who the gRPC server there says that this workload is.
'use strict';
const crypto = require('crypto');
const path = require('path');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const proto = path.join(__dirname, '..', '..', '..', 'api', 'Protos', 'spiffe', 'workload', 'workloadapi.proto');
const { SpiffeWorkloadAPI } = grpc.loadPackageDefinition(loader.loadSync(proto, { keepCase: true, defaults: true }));
const say = what => console.log(JSON.stringify(what));
const api = new SpiffeWorkloadAPI(`unix:${process.argv[2]}`, grpc.credentials.createInsecure());

const certificates = der => {
  const all = [];
  while (der.length > 0) {
    const header = der[1] > 127 ? 2 + (der[1] & 127) : 2;
    const length = header + (der[1] > 127 ? der.readUIntBE(2, der[1] & 127) : der[1]);
    all.push(der.subarray(0, length));
    der = der.subarray(length);
  }
  return all;
};

const pem = (label, ders) => Buffer.from(ders
  .map(der => `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`).join(''));

let svid;
const bare = api.FetchX509SVID({});
bare.on('data', () => say({ withoutHeader: 'it was let in' }));
bare.on('error', error => say({ withoutHeader: grpc.status[error.code] }));
const metadata = new grpc.Metadata();
metadata.set('workload.spiffe.io', 'true');
const stream = api.FetchX509SVID({}, metadata);
stream.on('data', response => {
  svid = response.svids[0];
  const certificate = crypto.createHash('sha256').update(certificates(svid.x509_svid)[0]).digest('hex');
  say({ spiffeId: svid.spiffe_id, certificate });
});
stream.on('error', error => say({ ended: grpc.status[error.code] }));

readline.createInterface({ input: process.stdin }).on('line', port => {
  const credentials = grpc.credentials.createSsl(
    pem('CERTIFICATE', certificates(svid.bundle)), pem('PRIVATE KEY', [svid.x509_svid_key]), pem('CERTIFICATE', certificates(svid.x509_svid)),
    { checkServerIdentity: (_, peer) => peer.subjectaltname === `URI:${svid.spiffe_id}` ? undefined : new Error(`it is ${peer.subjectaltname}`) });
  const pass = bytes => bytes;
  new grpc.Client(`127.0.0.1:${port}`, credentials).makeUnaryRequest(
    '/workload.v1.Who/Who', pass, pass, Buffer.alloc(0), (error, answer) => say({ peerSays: error ? String(error) : answer.toString() }));
}).on('close', () => process.exit(0));
