// Runs a tool that ends with its parent, however the parent ends: the parent holds our standard input open,
// and the system closes it even when the parent is killed.
const tool = process.argv[1];
const graceMilliseconds = 5000;
let stopping = false;

// Ctrl+C reaches every process of the terminal at once, but storage must outlive the app that is still writing:
// the tool's own handlers wait for the parent's word instead.
for (const name of ['on', 'once', 'addListener']) {
  const register = process[name];
  process[name] = function (event, listener) {
    return register.call(this, event === 'SIGINT' ? 'parent-gone' : event, listener);
  };
  if (name === 'on') {
    register.call(process, 'SIGINT', () => {});
  }
}

function stop() {
  if (stopping) {
    return;
  }

  stopping = true;
  setTimeout(() => process.exit(0), graceMilliseconds).unref();
  if (!process.emit('parent-gone')) {
    process.exit(0);
  }
}

// Nobody may be reading any more when the tool says goodbye.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();

require(tool);
