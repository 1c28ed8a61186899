/** A loader that puts the text of its option `code` in a module's place. */
module.exports = function instead() {
  return this.getOptions().code;
};
