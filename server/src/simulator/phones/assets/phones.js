// The customers' phones: what is on the list and on the desk, kept up to date by a stream of news.

import { addMessage, changeMessage, fillThread, folded, personRow, phoneFrame, setTick, updateFrame, updateRow } from './parts.js';

const byId = (id) => document.getElementById(id);
const list = byId('people');
const grid = byId('grid');
const app = document.querySelector('.app');
const viewer = crypto.randomUUID();

/** People by key, and the keys on the desk, the newest first. */
const people = new Map();
let desk = [];
const DESK_MAX = 6;
let looking = Promise.resolve();

async function post(path, body) {
  return fetch('/phones/api/' + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

// --- The list ---

const rowOf = (key) => list.querySelector(`[data-key="${CSS.escape(key)}"]`);
const frameOf = (key) => grid.querySelector(`[data-key="${CSS.escape(key)}"]`);

async function loadPeople() {
  const answer = await (await fetch('/phones/api/people')).json();
  people.clear();
  for (const person of answer.people) people.set(person.key, person);
  list.replaceChildren(...answer.people.map((person) => personRow(person, toggle)));
  search();
  showDesk();
}

function search() {
  const wanted = folded(byId('search').value.trim());
  let found = 0;
  for (const row of list.children) {
    row.hidden = !row.dataset.search.includes(wanted);
    found += row.hidden ? 0 : 1;
  }
  byId('none-found').hidden = found > 0;
}

function learn(person) {
  people.set(person.key, person);
  const row = rowOf(person.key);
  if (row) updateRow(row, person);
  else list.prepend(personRow(person, toggle));
  const frame = frameOf(person.key);
  if (frame) updateFrame(frame, person);
  search();
  press();
}

// --- The desk ---

function toggle(key) {
  desk = desk.includes(key) ? desk.filter((other) => other !== key) : [key, ...desk].slice(0, DESK_MAX);
  showDesk();
  if (desk.includes(key)) {
    app.dataset.pane = 'thread';
    frameOf(key)?.querySelector('.phone-input').focus();
  }
}

function showDesk() {
  desk = desk.filter((key) => people.has(key));
  for (const frame of [...grid.children]) {
    if (!desk.includes(frame.dataset.key)) frame.remove();
  }
  for (const key of [...desk].reverse()) {
    if (!frameOf(key)) {
      grid.prepend(frame(key));
      loadThread(key);
    }
  }
  grid.hidden = desk.length === 0;
  byId('empty').hidden = desk.length > 0;
  if (desk.length === 0) app.dataset.pane = 'list';
  // The chosen phones survive a reload, and a link can name them.
  history.replaceState(null, '', desk.length ? '#' + desk.map(encodeURIComponent).join(',') : location.pathname + location.search);
  press();
  look();
}

function press() {
  for (const row of list.children) {
    row.firstElementChild.setAttribute('aria-pressed', String(desk.includes(row.dataset.key)));
  }
}

/** What can be done on a message of this phone. */
const onMessages = (key) => ({ tap: (message, tap) => post('taps', { customer: key, message, tap }) });

function frame(key) {
  return phoneFrame(people.get(key), {
    person: () => people.get(key),
    away: () => toggle(key),
    say: async (text, input) => {
      input.value = '';
      const answer = await post('messages', { customer: key, text }).catch(() => null);
      // What could not be said is given back.
      if (!answer?.ok && !input.value) input.value = text;
    },
    sayKind: (kind) => post('messages', { customer: key, kind }),
    mark: (mark) => post('marks', { customer: key, mark }),
    call: (duration_s) => post('calls', { customer: key, duration_s }),
    sayFile: () => {
      const input = document.createElement('input');
      input.type = 'file';
      input.addEventListener('change', () => {
        const file = input.files[0];
        if (!file) return;
        const reader = new FileReader();
        reader.addEventListener('load', () => {
          const data = reader.result.slice(reader.result.indexOf(',') + 1);
          post('files', { customer: key, name: file.name, mime: file.type, data });
        });
        reader.readAsDataURL(file);
      });
      input.click();
    },
    change: (change) => post('phone', { customer: key, ...change }),
  });
}

async function loadThread(key) {
  const answer = await fetch('/phones/api/thread?' + new URLSearchParams({ customer: key }));
  const frame = frameOf(key);
  if (!answer.ok || !frame) return;
  const { phone, messages } = await answer.json();
  fillThread(frame.querySelector('.phone-msgs'), messages, onMessages(key));
  updateFrame(frame, phone);
}

/** Says which phones are before somebody's eyes: those are read. */
function look() {
  // One after the other: of two at once the older might arrive last and put the phones away again.
  looking = looking.then(() => post('looking', { viewer, customers: document.hidden ? [] : desk })).catch(() => {});
}

// --- News ---

function hear(news) {
  switch (news.is) {
    case 'message': {
      const messages = frameOf(news.customer)?.querySelector('.phone-msgs');
      const known = messages?.querySelector(`[data-id="${CSS.escape(news.message.id)}"]`);
      if (messages && !known) addMessage(messages, news.message, onMessages(news.customer));
      const person = people.get(news.customer);
      const row = rowOf(news.customer);
      if (!person || !row) return;
      if (!news.message.own && !desk.includes(person.key)) learn({ ...person, unseen: person.unseen + 1 });
      list.prepend(row);
      return;
    }
    case 'changed': {
      const item = frameOf(news.customer)?.querySelector(`[data-id="${CSS.escape(news.message.id)}"]`);
      if (item) changeMessage(item, news.message, onMessages(news.customer));
      return;
    }
    case 'tick': {
      const item = frameOf(news.customer)?.querySelector(`[data-id="${CSS.escape(news.id)}"]`);
      if (item) setTick(item, news.tick);
      return;
    }
    case 'phone':
      learn(news.phone);
      return;
    case 'reload':
      reload();
  }
}

async function reload() {
  await loadPeople();
  for (const key of desk) loadThread(key);
}

function listen() {
  const stream = new EventSource('/phones/api/events?' + new URLSearchParams({ viewer }));
  stream.addEventListener('message', (event) => hear(JSON.parse(event.data)));
  stream.addEventListener('open', () => {
    byId('lost').hidden = true;
    // News may have been missed while there was no stream; the server has also forgotten what we look at.
    reload().catch(() => {});
  });
  stream.addEventListener('error', () => {
    byId('lost').hidden = false;
    // A browser gives up for good when the answer is no stream.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

// --- Dialogs ---

for (const name of ['new', 'replay']) {
  const dialog = byId(name + '-dialog');
  byId(name).addEventListener('click', () => {
    byId(name + '-error').hidden = true;
    dialog.showModal();
  });
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
}

byId('new-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const phone = form.elements.phone.value;
  // What is plainly too short need not be asked about.
  const whole = phone.replace(/\D/g, '').length >= 7 || /[٠-٩]/.test(phone);
  const answer = whole ? await post('people', { name: form.elements.name.value, phone }) : { ok: false };
  byId('new-error').hidden = answer.ok;
  if (!answer.ok) return;
  const { key } = await answer.json();
  form.reset();
  byId('new-dialog').close();
  await loadPeople();
  if (!desk.includes(key)) toggle(key);
});

byId('replay-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  let body;
  try {
    body = JSON.parse(form.elements.body.value);
  } catch {
    byId('replay-error').hidden = false;
    return;
  }
  await post('webhooks', body);
  form.reset();
  byId('replay-dialog').close();
});

byId('search').addEventListener('input', search);
byId('back').addEventListener('click', () => {
  app.dataset.pane = 'list';
});
byId('language').addEventListener('click', (event) => {
  event.target.hash = location.hash;
});
document.addEventListener('visibilitychange', look);

desk = location.hash ? location.hash.slice(1).split(',').map(decodeURIComponent) : [];
if (desk.length) app.dataset.pane = 'thread';
listen();
