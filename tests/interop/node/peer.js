// What the client and the server have in common.
'use strict';
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const root = path.join(__dirname, '..', '..', '..');
const load = file => grpc.loadPackageDefinition(loader.loadSync(file, { enums: String, defaults: true }));

// google.rpc.Status {code: 7, message: "details"}, as bytes.
const details = Buffer.from([0x08, 0x07, 0x12, 0x07, ...Buffer.from('details')]);

module.exports = {
  fs,
  grpc,
  details,
  refusal: 'größer – 日本語 100 %',
  everyByte: Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  Interop: load(path.join(root, 'tests', 'interop', 'Protos', 'interop.proto')).interop.v1.Interop,
  Health: load(path.join(root, 'tests', 'interop', 'Protos', 'grpc', 'health', 'v1', 'health.proto')).grpc.health.v1.Health,
};
