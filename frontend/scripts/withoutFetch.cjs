/** A loader that stands in for Axios' fetch adapter: "not supported here", as in an old browser. */
module.exports = () => 'export const getFetch = () => false;\n';
