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

const bare = (text) => text.trim().toLowerCase().replace(/\s+/g, " ");
const number = (text) => Number(text.trim().replace(/[\s']/g, "").replace("−", "-").replace(",", ".") || NaN);

function fits(input) {
  const accepted = JSON.parse(input.dataset.accept);
  if (input.dataset.tolerance === undefined) return accepted.some((text) => bare(text) === bare(input.value));
  const target = Number(accepted[0]);
  return Math.abs(number(input.value) - target) <= Number(input.dataset.tolerance) + 1e-9 * Math.abs(target);
}

for (const form of document.querySelectorAll("form.typed")) {
  const words = JSON.parse(form.dataset.words);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const inputs = [...form.querySelectorAll("input")];
    for (const input of inputs) {
      input.classList.toggle("right", input.value.trim() !== "" && fits(input));
      input.classList.toggle("wrong", input.value.trim() !== "" && !fits(input));
    }
    const filled = inputs.some((input) => input.value.trim());
    form.querySelector("output").textContent = filled ? (inputs.every(fits) ? words.right : words.wrong) : "";
  });
}
