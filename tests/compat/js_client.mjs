// Drives a sandbox with Northflank's own JavaScript client: one life of a service.
//
// Run it by `tests/compat/run`; it reads the address from NORTHFLANK_API_BASE_URL and the token from
// NORTHFLANK_API_TOKEN.

import { isDeepStrictEqual } from 'node:util';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, ApiClientInMemoryContextProvider } from '@northflank/js-client';

const projectId = 'compat-js';
const parameters = { projectId, serviceId: 'web' };
const context = new ApiClientInMemoryContextProvider();
await context.addContext({
  name: 'sandbox',
  token: process.env.NORTHFLANK_API_TOKEN,
  host: process.env.NORTHFLANK_API_BASE_URL,
});
const client = new ApiClient(context, { throwErrorOnHttpErrorCode: true });

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function check(what, found, expected) {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`javascript: ${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
  console.log(`javascript: ${what}`);
}

async function refused(what, status, call) {
  try {
    await call();
  } catch (error) {
    check(what, error.status, status);
    return;
  }
  throw new Error(`javascript: ${what}: nothing was refused`);
}

async function until(what, condition) {
  for (let turn = 0; turn < 100; turn += 1) {
    if (condition((await client.get.service({ parameters })).data)) {
      console.log(`javascript: ${what}`);
      return;
    }
    await sleep(200);
  }
  throw new Error(`javascript: ${what}: it never was so`);
}

const ready = (service) => service.status.deployment?.status === 'COMPLETED';

async function create() {
  await client.create.project({ data: { name: projectId, region: 'us-central' } });
  await client.create.volume({
    parameters: { projectId },
    data: {
      name: 'data',
      mounts: [{ containerMountPath: '/data' }],
      spec: { accessMode: 'ReadWriteOnce', storageSize: 4096 },
    },
  });
  const made = await client.create.service.deployment({
    parameters: { projectId },
    data: {
      name: 'web',
      billing: { deploymentPlan: 'nf-compute-20' },
      deployment: { instances: 1, external: { imagePath: 'nginx:1.27' } },
      ports: [{ name: 'http', internalPort: 8080, protocol: 'HTTP' }],
      runtimeEnvironment: { GREETING: 'hello' },
      createOptions: { volumesToAttach: ['data'] },
    },
  });
  check('create service', made.data.id, 'web');
  await until('wait until ready', ready);
  await refused('a name that is taken', 409, () => client.create.project({ data: { name: projectId, region: 'us-central' } }));
}

async function read() {
  const { services } = (await client.list.services({ parameters: { projectId } })).data;
  check('list services', services.map((service) => service.name), ['web']);
  const { containers } = (await client.get.service.containers({ parameters })).data;
  check('get containers', containers[0].status, 'TASK_RUNNING');
  const names = [0, 1, 2, 3, 4].map((number) => `compat-js-${number}`);
  for (const name of names) {
    await client.add.tag({ data: { name } });
  }
  const first = await client.list.tags({ options: { per_page: 2 } });
  let page = first;
  let seen = first.data.tags;
  while (page.pagination?.hasNextPage) {
    page = await page.pagination.getNextPage();
    seen = seen.concat(page.data.tags);
  }
  check('list tags over pages', seen.map((tag) => tag.name).filter((name) => name.startsWith('compat-js-')), names);
  for (const resourceTagId of names) {
    await client.delete.tag({ parameters: { resourceTagId } });
  }
}

async function execute() {
  const shell = await client.exec.execServiceCommand(parameters, {
    command: ['sh', '-c', 'echo $GREETING; echo bad >&2; exit 3'],
  });
  check('exec', [shell.commandResult.exitCode, shell.stdOut, shell.stdErr], [3, 'hello\n', 'bad\n']);
  const session = await client.exec.execServiceSession(parameters, { command: ['cat'], shell: 'none', encoding: 'base64' });
  let shown = '';
  session.stdOut.on('data', (piece) => { shown += piece; });
  // The client decodes what it gets, and sends what it is given as it is.
  session.stdIn.write(Buffer.from('hello').toString('base64'));
  session.stdIn.end();
  const result = await session.waitForCommandResult();
  check('exec session', [result.exitCode, shown], [0, 'hello']);
}

async function logs() {
  const range = await client.logs.getServiceLogs({ parameters, options: { lineLimit: 5 } });
  check('logs', range.data[0].log, 'sandbox: a container of web is up');
  const tail = await client.logs.tailServiceLogs({ parameters });
  const line = new Promise((done, fail) => {
    tail.on('logs-received', (lines) => done(lines[0].log));
    tail.on('error', fail);
  });
  // It never ends by itself, nor when the tail is stopped.
  tail.start();
  check('log tail', await line, 'sandbox: a container of web is up');
  tail.stop();
}

// The client speaks TLS to a tunnel wherever it is, which a sandbox does not: only what it is told of
// the ports is looked at.
async function forward() {
  const [port] = await client.forwarding.forwardService(parameters, true);
  check('port forwarding', [port.error, port.data?.portRemote, port.data?.protocol], [undefined, 8080, 'HTTP']);
  await client.forwarding.stop();
}

async function copy() {
  const local = mkdtempSync(join(tmpdir(), 'compat-'));
  writeFileSync(join(local, 'up.txt'), 'copied\n');
  await client.fileCopy.uploadServiceFiles(parameters, { localPath: join(local, 'up.txt'), remotePath: '/data/up.txt' });
  await client.fileCopy.downloadServiceFiles(parameters, { localPath: join(local, 'down.txt'), remotePath: '/data/up.txt' });
  // What was downloaded is written a little after the client says so.
  let copied = '';
  for (let turn = 0; turn < 50 && copied === ''; turn += 1) {
    await sleep(100);
    copied = readFileSync(join(local, 'down.txt'), 'utf8');
  }
  check('file copy', copied, 'copied\n');
}

async function pauseAndDelete() {
  await client.pause.service({ parameters });
  await until('pause', (service) => service.servicePaused && service.deployment.instances === 0);
  await client.resume.service({ parameters, data: {} });
  await until('resume', ready);
  await refused('delete of a project that is not empty', 409, () => client.delete.project({ parameters: { projectId } }));
  await client.delete.service({ parameters, options: { delete_child_objects: true } });
  await client.delete.project({ parameters: { projectId } });
  await refused('get project after its end', 404, () => client.get.project({ parameters: { projectId } }));
}

const steps = { create, read, execute, logs, forward, copy, pauseAndDelete };
for (const step of Object.values(steps)) {
  await step();
}
console.log('javascript: all passed');
process.exit(0);
