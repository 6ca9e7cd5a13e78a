for (const form of document.querySelectorAll("form.choice")) {
  const words = JSON.parse(form.dataset.words);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    let right = true;
    let picked = false;
    for (const input of form.querySelectorAll("input")) {
      const row = input.closest("li");
      const feedback = row.querySelector(".feedback");
      const good = input.dataset.right === "1";
      picked ||= input.checked;
      right &&= input.checked === good;
      row.classList.toggle("right", input.checked && good);
      row.classList.toggle("wrong", input.checked && !good);
      feedback.hidden = !input.checked || !feedback.textContent;
    }
    form.querySelector("output").textContent = picked ? (right ? words.right : words.wrong) : "";
  });
}

// What follows compares as the question types of EvoClass do.  A comparison says "right", "wrong", or "unsure" where
// only Python itself could tell.

const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const every = (source) => new RegExp(source, "gsu");
const stripped = (text) => text.replace(every(`^${SPACE}+|${SPACE}+$`), "");
const squeezed = (text) => text.replace(every(SPACE), "");
const normal = (text) => stripped(text.normalize("NFKC").replaceAll("’", "'"));
const anyCase = (sign) => (sign === "ı" ? sign : sign.toLowerCase().toUpperCase().toLowerCase());

// A mark that combines changes places, in the normal form, with one that comes later than all others.
const combines = (sign) => sign === "\u0345" || !`\u0345${sign}`.normalize("NFD").startsWith("\u0345");

function folded(text, folds) {
  let left = normal(text);
  if (folds.includes("accents")) left = [...left.normalize("NFD")].filter((sign) => !combines(sign)).join("");
  if (folds.includes("case")) left = [...left].map(anyCase).join("");
  if (folds.includes("punctuation")) left = left.replace(every(`(?!${SPACE})[^\\p{L}\\p{N}]`), "");
  if (folds.includes("spaces")) left = stripped(left.replace(every(`${SPACE}+`), " "));
  return left;
}

const QUOTED = `'''.*?'''|""".*?"""|'(?:\\\\.|[^\\\\'])*'|"(?:\\\\.|[^\\\\"])*"`;
const DIGITS = "0[xXoObB][\\da-fA-F_]+|(?:\\d[\\d_]*\\.?[\\d_]*|\\.\\d[\\d_]*)(?:[eE][+-]?\\d[\\d_]*)?[jJ]?";
const SIGNS = "\\*\\*=?|//=?|>>=?|<<=?|->|:=|[-+*/%@&|^=!<>]=|.";
const NAME = "[\\p{L}_][\\p{L}\\p{N}\\p{M}_]*";
const TOKEN = every(`#[^\\n]*|${SPACE}+|[A-Za-z]{0,2}(?:${QUOTED})|${NAME}|${DIGITS}|${SIGNS}`);
const ESCAPES = { "\\n": "\n", "\\t": "\t", "\\\\": "\\", "\\'": "'", '\\"': '"' };

function tokens(code) {
  const found = [];
  for (const [word] of code.matchAll(TOKEN)) {
    if (word.startsWith("#") || stripped(word) === "") continue;
    const plain = word.match(/^('''|"""|'|")(.*)\1$/su);
    const digits = word.replaceAll("_", "").toLowerCase();
    if (plain) found.push(`"${plain[2].replace(/\\[nt'"\\]/gu, (escape) => ESCAPES[escape])}"`);
    else if (/^(?:\d+|0[xob][\da-f]+)$/u.test(digits)) found.push(String(BigInt(digits)));
    else if (/^\.?\d/u.test(digits) && !digits.endsWith("j")) found.push(`${Number(digits)}f`);
    else found.push(word);
  }
  return found;
}

// What is left of code without what may differ between programs that mean the same: brackets, the last comma of a list,
// quotes, and the order of arguments with names.
function core(found, named) {
  const last = (word, place) => word === "," && /^[)\]}]$/u.test(found[place + 1]);
  const bare = found
    .filter((word, place) => ![";", ":"].includes(word) && !last(word, place))
    .map((word) => squeezed(word.replace(/^[A-Za-z]{0,2}(['"]+)(.*)\1$/su, "$2")));
  if (!named) return bare.filter((word) => !"()".includes(word)).join("");
  const parts = bare.map((word) => ("()".includes(word) ? "," : word)).join("").split(",");
  return parts.filter(Boolean).sort().join();
}

function sameCode(given, wanted, python) {
  const [mine, right] = [tokens(given), tokens(wanted)];
  const exact = python ? JSON.stringify(mine) === JSON.stringify(right) : squeezed(given) === squeezed(wanted);
  if (exact) return "right";
  const named = right.includes("(") && right.includes("=");
  const escaped = /\\[^nt'"\\]/u.test(given + wanted);
  return escaped || core(mine, named) === core(right, named) ? "unsure" : "wrong";
}

const SPACED = /^[+-]?\d{1,3}(?:[ \u00a0\u202f'_]\d{3})+(?:[.,]\d+)?$/u;
const GROUPED = {
  ",": /^[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/u,
  ".": /^[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+,\d*|(?:\.\d{3}){2,})$/u,
};

// The number that was typed, as EvoClass reads it in the language of the page: see `read_number`.
function number(text, { unit, group }) {
  let left = stripped(text);
  if (unit && left.toLowerCase().endsWith(unit.toLowerCase())) left = left.slice(0, left.length - unit.length);
  left = stripped(left).replaceAll("−", "-");
  if (SPACED.test(left)) left = left.replace(/[ \u00a0\u202f'_]/gu, "");
  else if (GROUPED[group]?.test(left)) left = left.replaceAll(group, "");
  if (!/^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?$/u.test(left)) return NaN;
  const found = Number(left.replaceAll(",", "."));
  return Number.isFinite(found) ? found : NaN;
}

const near = (one, other, slack) => Math.abs(one - other) <= slack + 1e-9 * Math.max(Math.abs(other), 1e-300);

function balanced(text) {
  let depth = 0;
  for (const sign of text) {
    depth += "([{".includes(sign) - ")]}".includes(sign);
    if (depth < 0) return false;
  }
  return depth === 0;
}

function axes(text) {
  let left = stripped(stripped(text).replace(/^`+|`+$/gu, ""));
  left = stripped(left.replace(/^(?:torch\.)?Size\s*\((.*)\)$/su, "$1"));
  const inside = left.match(/^[([{](.*)[)\]}]$/su);
  const inner = inside && balanced(inside[1]) ? stripped(inside[1]) : left;
  if (!inner) return inside ? [] : null;
  const tight = stripped(stripped(inner.replace(/\s*([-+*/])\s*/gu, "$1")).replace(/,+$/u, ""));
  return tight.split(/\s*[,×]\s*|\s+[xX]\s+|(?<=\d)[xX](?=\d)|\s+/u);
}

const isSize = (axis) => /^\d+$/u.test(axis);
const isName = (axis) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(axis);

// A symbol may have any name, the same throughout; one that both use means the same.
function sameShape(text, wanted) {
  const given = axes(text);
  if (given === null || given.length !== wanted.length) return "wrong";
  const renamed = new Map();
  let sure = [...wanted, ...given].every((axis) => isSize(axis) || isName(axis));
  if (!sure && given.every((axis, place) => axis === squeezed(wanted[place]))) return "right";
  for (const [place, axis] of given.entries()) {
    const right = wanted[place];
    if (isSize(axis) && isSize(right)) {
      if (Number(axis) !== Number(right)) return "wrong";
    } else if (isName(axis) && isName(right)) {
      if (renamed.has(axis) && renamed.get(axis) !== right) return "wrong";
      if (wanted.includes(axis) && axis !== right) return "wrong";
      renamed.set(axis, right);
    } else if (sure) return "wrong";
  }
  if (new Set(renamed.values()).size < renamed.size) return "wrong";
  return sure ? "right" : "unsure";
}

function verdict(input) {
  const rule = JSON.parse(input.dataset.rule);
  const accepted = JSON.parse(input.dataset.accept);
  const compared = accepted.map((wanted, place) => {
    if (rule.kind === "number") return near(number(input.value, rule), wanted, rule.tolerance) ? "right" : "wrong";
    if (rule.kind === "shape") return sameShape(input.value, wanted);
    if (rule.kind === "code") return sameCode(normal(input.value), normal(wanted), rule.python[place]);
    return folded(input.value, rule.folds) === folded(wanted, rule.folds) ? "right" : "wrong";
  });
  return ["right", "unsure"].find((found) => compared.includes(found)) ?? "wrong";
}

// What the author has to say to a wrong number that was expected.
function reply(form, value, wrong) {
  let open = wrong;
  for (const said of form.querySelectorAll("[data-reply]")) {
    said.hidden = !(open && near(value, Number(said.dataset.reply), 0));
    open &&= said.hidden;
  }
}

for (const form of document.querySelectorAll("form.typed")) {
  const words = JSON.parse(form.dataset.words);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const inputs = [...form.querySelectorAll("input")];
    const verdicts = inputs.map((input) => (stripped(input.value) ? verdict(input) : ""));
    for (const [place, input] of inputs.entries()) {
      input.classList.toggle("right", verdicts[place] === "right");
      input.classList.toggle("wrong", verdicts[place] === "wrong");
    }
    const worst = ["wrong", "", "unsure", "right"].find((found) => verdicts.includes(found));
    form.querySelector("output").textContent = verdicts.some(Boolean) ? words[worst || "wrong"] : "";
    reply(form, number(inputs[0].value, JSON.parse(inputs[0].dataset.rule)), worst === "wrong");
  });
}
