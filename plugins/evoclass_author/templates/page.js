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
