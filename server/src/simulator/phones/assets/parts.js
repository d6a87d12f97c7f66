// The page's parts, cut from its templates. Whatever people wrote goes in as text, never as markup.

const root = document.getElementById('phones');
export const words = JSON.parse(root.dataset.words);
export const faults = root.dataset.faults.split(' ');
const kinds = ['image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts'];
/** What a phone sends besides, by the simulator's names. */
const made = [
  'place', 'button_reply', 'list_reply', 'button', 'form', 'order', 'forwarded', 'ad', 'product',
  'number_changed', 'new_device', 'welcome', 'unsupported', 'may_follow', 'unknown',
];

const lang = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(lang, { hour: 'numeric', minute: '2-digit' });
const calendar = new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long' });

function cut(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** A row of the list. */
export function personRow(person, onChoose) {
  const row = cut('t-person');
  const button = row.firstElementChild;
  button.addEventListener('click', () => onChoose(person.key));
  row.dataset.key = person.key;
  updateRow(row, person);
  return row;
}

export function updateRow(row, person) {
  const avatar = row.querySelector('.avatar');
  avatar.dataset.hue = person.hue;
  avatar.textContent = person.initials;
  row.querySelector('.phone-item__name').textContent = person.name;
  row.querySelector('.phone-item__num').textContent = person.number;
  const badge = row.querySelector('.badge');
  badge.hidden = person.unseen === 0;
  badge.lastElementChild.textContent = person.unseen;
  row.dataset.search = folded(person.name + ' ' + person.number + ' ' + person.key);
}

/** Letters that are written in more than one way are one when searching; spaces in numbers are none. */
export function folded(text) {
  return text
    .toLowerCase()
    .replace(/[\u064B-\u0652\u0640]/g, '')
    .replace(/[أإآ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .replace(/[٠-٩]/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.indexOf(digit))
    .replace(/(\d)\s+(?=\d)/g, '$1');
}

/** A phone on the desk; `acts` says what its buttons do. */
export function phoneFrame(person, acts) {
  const frame = cut('t-phone');
  frame.dataset.key = person.key;
  frame.setAttribute('aria-label', words.phone_of + ' ' + person.name);
  frame.querySelector('.phone-bar__sub bdi').textContent = person.name;
  const house = frame.querySelector('.avatar');
  house.dataset.hue = 2;
  house.textContent = [...frame.querySelector('.phone-bar__name').textContent][0] ?? '';
  frame.querySelector('[data-away]').addEventListener('click', acts.away);

  const input = frame.querySelector('.phone-input');
  const form = frame.querySelector('.phone-form');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text) acts.say(text, input);
  });
  input.addEventListener('keydown', (event) => {
    // Enter that ends an input method's word is not the end of the message.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  const button = frame.querySelector('[data-menu]');
  const menu = frame.querySelector('.menu');
  const close = () => {
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
  };
  button.addEventListener('click', () => {
    if (!menu.hidden) return close();
    fillMenu(menu, acts.person(), acts, close, input);
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    menu.querySelector('button').focus();
  });
  frame.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !menu.hidden) {
      close();
      button.focus();
    }
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && menu.contains(document.activeElement)) {
      event.preventDefault();
      const items = [...menu.querySelectorAll('button')];
      const step = event.key === 'ArrowDown' ? 1 : items.length - 1;
      items[(items.indexOf(document.activeElement) + step) % items.length].focus();
    }
  });
  document.addEventListener('click', (event) => {
    if (!menu.parentElement.contains(event.target)) close();
  });
  updateFrame(frame, person);
  return frame;
}

export function updateFrame(frame, person) {
  frame.toggleAttribute('data-off', person.off);
  frame.querySelector('.phone-off').hidden = !person.off;
  frame.dataset.fault = person.fault;
}

function fillMenu(menu, person, acts, close, input) {
  menu.replaceChildren();
  const item = (text, checked, act) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'menu__item';
    button.setAttribute('role', checked === undefined ? 'menuitem' : 'menuitemradio');
    if (checked !== undefined) button.setAttribute('aria-checked', String(checked));
    const label = document.createElement('span');
    label.textContent = text;
    button.append(label);
    button.addEventListener('click', () => {
      close();
      act();
    });
    menu.append(button);
  };
  const head = (text) => {
    const line = document.createElement('p');
    line.className = 'menu__head';
    line.textContent = text;
    menu.append(line);
  };
  item(person.off ? words.switch_on : words.switch_off, undefined, () => acts.change({ off: !person.off }));
  head(words.send_kind);
  for (const kind of kinds) item(words['kind_' + kind], undefined, () => acts.sayKind(kind));
  for (const kind of made) item(words['send_' + kind], undefined, () => acts.sayKind(kind));
  item(words.call, undefined, () => acts.call(0));
  item(words.call_answered, undefined, () => acts.call(125));
  head(words.marks);
  item(words.mark_react, undefined, () => acts.mark({ react: '👍' }));
  item(words.mark_unreact, undefined, () => acts.mark({ react: '' }));
  item(words.mark_edit, undefined, () => {
    // The words come from where words are typed.
    const text = input.value.trim();
    if (!text) return input.focus();
    input.value = '';
    acts.mark({ edit: text });
  });
  item(words.mark_delete, undefined, () => acts.mark('delete'));
  item(words.send_file, undefined, () => acts.sayFile());
  head(words.faults);
  for (const fault of faults) {
    item(words['fault_' + fault], fault === person.fault, () => acts.change({ fault }));
  }
}

/** The whole thread, with a line for each day. */
export function fillThread(list, messages, acts) {
  list.replaceChildren();
  list.dataset.day = '';
  for (const message of messages) addMessage(list, message, acts);
}

export function addMessage(list, message, acts) {
  // What the business reacts with stands on the message it is about.
  if (message.kind === 'reaction' && !message.own) return;
  const at = new Date(message.at_ms);
  if (list.dataset.day !== at.toDateString()) {
    list.dataset.day = at.toDateString();
    const day = cut('t-day');
    day.firstElementChild.textContent = dayName(at);
    list.append(day);
  }
  list.append(bubble(message, at, acts));
}

/** A message that was edited, deleted or reacted to. */
export function changeMessage(item, message, acts) {
  item.replaceWith(bubble(message, new Date(message.at_ms), acts));
}

function dayName(at) {
  const day = new Date();
  if (at.toDateString() === day.toDateString()) return words.today;
  day.setDate(day.getDate() - 1);
  return at.toDateString() === day.toDateString() ? words.yesterday : calendar.format(at);
}

function bubble(message, at, acts) {
  const item = cut('t-message');
  item.dataset.id = message.id;
  // On this side the customer's own messages are the outgoing ones.
  item.dataset.dir = message.own ? 'out' : 'in';
  item.dataset.kind = message.kind;
  const meta = item.querySelector('.phone-meta');
  if (message.kind !== 'text') {
    const signed = [...kinds, 'template', 'order'].includes(message.kind);
    const named = signed || ['interactive', 'revoke'].includes(message.kind);
    const kind = named ? message.kind : 'other';
    const part = cut('t-kind');
    part.querySelector('use').setAttribute('href', '#kind-' + (signed ? kind : 'other'));
    part.querySelector('.kind__name').textContent = words['kind_' + kind];
    meta.before(part);
  }
  for (const line of message.text ? message.text.split('\n') : []) {
    const paragraph = document.createElement('p');
    paragraph.dir = 'auto';
    paragraph.append(...numbersApart(line));
    meta.before(paragraph);
  }
  for (const tap of message.taps) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn--small phone-tap';
    button.dir = 'auto';
    const named = words['tap_' + tap.answer];
    button.textContent = named ? named.replace('{}', tap.title) : tap.title;
    button.title = tap.description ?? '';
    button.addEventListener('click', () => acts.tap(message.id, tap.id));
    meta.before(button);
  }
  for (const emoji of [message.answered_with, message.reaction]) {
    if (!emoji) continue;
    const reaction = document.createElement('span');
    reaction.className = 'phone-reaction';
    reaction.textContent = emoji;
    meta.prepend(reaction);
  }
  const time = meta.querySelector('time');
  time.dateTime = at.toISOString();
  time.textContent = clock.format(at);
  if (message.own) {
    meta.append(cut('t-tick'));
    setTick(item, message.tick);
  }
  return item;
}

/** A line, each number of several groups for itself: in Arabic its groups would stand in the order of the line. */
function numbersApart(line) {
  return line.split(/(\+?\d[\d ()-]*[ -][\d ()-]*\d)/).map((part, at) => {
    if (at % 2 === 0) return part;
    const number = document.createElement('bdi');
    number.dir = 'ltr';
    number.textContent = part;
    return number;
  });
}

export function setTick(item, tick) {
  const sign = item.querySelector('.tick');
  if (!sign) return;
  sign.dataset.status = tick;
  sign.setAttribute('aria-label', words['tick_' + tick]);
  sign.firstElementChild.setAttribute('href', tick === 'sent' ? '#tick-sent' : '#tick-delivered');
}
