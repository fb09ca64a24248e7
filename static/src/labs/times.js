// Times of the server are written in UTC; here they become the reader's own. UTC stays in the title.

const shape = { dateStyle: "long", timeStyle: "medium" };

export function attachTime(element) {
  element.textContent = new Date(element.dateTime).toLocaleString("en-GB", shape);
}
