// All that a page with a field must do.
const field = document.querySelector("textarea");
field.hidden = false;
field.focus();
