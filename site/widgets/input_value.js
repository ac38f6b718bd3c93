/** The text in the field or the option of the list that an event comes from. @param {Event} event */
export const inputValue = ({ target }) =>
  /** @type {HTMLInputElement | HTMLSelectElement} */ (target).value;
