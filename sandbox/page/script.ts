/**
 * What the payment page does beyond what a form does by itself: it groups the digits of a card number, puts the slash
 * into an expiry, fills in a test card, and lets the button be pressed once. The page works without it.
 */
export const script = `
(() => {
  const form = document.querySelector('form.pay-form');
  if (!form) return;
  const { cardNumber, expiry, cvc, email } = form.elements;
  const button = form.querySelector('button.pay');
  const label = button.querySelector('span');
  const usual = label.textContent;

  const group = (digits) => /^3[47]/.test(digits)
    ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 15)].filter(Boolean).join(' ')
    : (digits.slice(0, 19).match(/.{1,4}/g) || []).join(' ');
  const slash = (digits) => {
    const month = /^[2-9]/.test(digits) ? '0' + digits : digits;
    return month.length > 2 ? month.slice(0, 2) + ' / ' + month.slice(2, 4) : month;
  };
  const tidy = (input, format) => input && input.addEventListener('input', () => {
    if (input.selectionStart !== input.value.length) return;
    input.value = format(input.value.replace(/\\D/g, ''));
  });
  tidy(cardNumber, group);
  tidy(expiry, slash);
  tidy(cvc, (digits) => digits.slice(0, 4));

  for (const chip of document.querySelectorAll('.chip')) {
    chip.addEventListener('click', () => {
      const card = form.querySelector('input[name=paymentMethod][value=card]');
      if (card) card.checked = true;
      cardNumber.value = group(chip.dataset.number);
      expiry.value = '12 / 34';
      cvc.value = chip.dataset.number.startsWith('3') ? '1234' : '123';
      if (email && !email.value) email.value = 'buyer@example.com';
      button.focus();
    });
  }

  form.addEventListener('submit', () => {
    button.disabled = true;
    label.textContent = 'Processing…';
  });
  addEventListener('pageshow', () => {
    button.disabled = false;
    label.textContent = usual;
  });
})();
`;
