import ts from 'typescript';

/** What an expression may draw. */
const NONE = { text: false, element: false, nothing: false, list: false };
const ANYTHING = { text: true, element: true, nothing: true, list: true };

function joined(all) {
  const total = { ...NONE };
  for (const one of all) for (const kind of Object.keys(total)) total[kind] ||= one[kind];
  return total;
}

const TEXT = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike;
const NOTHING = ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.BooleanLike | ts.TypeFlags.Never;

/** What a value of that type draws. */
function drawnBy(type, checker) {
  if (type.isUnion()) return joined(type.types.map((one) => drawnBy(one, checker)));
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return ANYTHING;
  if (type.flags & TEXT) return { ...NONE, text: true };
  if (type.flags & NOTHING) return { ...NONE, nothing: true };
  const bound = checker.getBaseConstraintOfType(type);
  if (bound && bound !== type) return drawnBy(bound, checker);
  const each = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (each) return { ...drawnBy(each, checker), list: true };
  if (type.symbol?.name === 'Iterable' || type.symbol?.name === 'Promise') return ANYTHING;
  return { ...NONE, element: true };
}

/** The children as React counts them: without blank lines and comments; those of a fragment stand in its place. */
function childrenOf(node) {
  return node.children.flatMap((child) => {
    if (child.type === 'JSXText') return /^\s*\n\s*$/.test(child.value) || child.value === '' ? [] : [child];
    if (child.type === 'JSXFragment') return childrenOf(child);
    if (child.type === 'JSXExpressionContainer' && child.expression.type === 'JSXEmptyExpression') return [];
    return [child];
  });
}

const isComponent = ({ openingElement: { name } }) => name.type !== 'JSXIdentifier' || /^[A-Z]/.test(name.name);
const isKeyed = ({ openingElement: { attributes } }) => attributes.some(({ name }) => name?.name === 'key');

/**
 * Translators put elements in the place of text nodes. React throws when it then removes such a text, or inserts something before it, and
 * the page is gone (React issue 11538). So text has an element of its own wherever something beside it comes and goes.
 */
export const translatable = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      bare: 'A translated page dies here: what comes and goes stands beside bare text. Give the text an element of its own (<span>), or the part the type Part.',
      mixed: 'A translated page dies here when the other way is drawn: write the text as one string, or give the ways a key each.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();

    /** Whether the tag is chosen while the component is drawn, such as an icon by its tone. */
    function isChosen({ openingElement: { name } }) {
      if (name.type !== 'JSXIdentifier') return true;
      for (let scope = context.sourceCode.getScope(name); scope; scope = scope.upper) {
        if (scope.set.has(name.name)) return scope.type !== 'module' && scope.type !== 'global';
      }
      return false;
    }

    /** Whether a component may draw nothing, or bare text. What draws whatever it is given (a link of Next's) draws it inside an element. */
    function comesAndGoes(element) {
      const { text, nothing } = joined(
        services
          .getTypeAtLocation(element.openingElement.name)
          .getCallSignatures()
          .map((signature) => drawnBy(signature.getReturnType(), checker)),
      );
      return (text || nothing) && !(text && nothing);
    }

    /** What an expression draws. What is falsy draws nothing here. */
    function drawn(expression) {
      if (expression.type === 'LogicalExpression' && expression.operator === '&&') {
        return { ...drawn(expression.right), nothing: true };
      }
      if (expression.type === 'ConditionalExpression') return joined([drawn(expression.consequent), drawn(expression.alternate)]);
      return drawnBy(services.getTypeAtLocation(expression), checker);
    }

    /**
     * `text`: it may be bare text. `varies`: it may come, go or become something else.
     * `open`: it is whatever the user of this component hands over, who is looked at where that is written.
     */
    function look(child) {
      // Blanks between parts are left alone by translators.
      if (child.type === 'JSXText') return { text: child.value.trim() !== '' };
      if (child.type === 'JSXElement') {
        return { varies: isKeyed(child) || (isComponent(child) && (isChosen(child) || comesAndGoes(child))) };
      }
      const { expression } = child;
      if (expression.type === 'Literal') return { text: String(expression.value).trim() !== '' };
      if (expression.type === 'TemplateLiteral') return { text: true };
      const { text, element, nothing, list } = drawn(expression);
      return { text, varies: element || list || (text && nothing), open: text && element && nothing };
    }

    function check(node) {
      if (node.type === 'JSXFragment' && (node.parent.type === 'JSXElement' || node.parent.type === 'JSXFragment')) return;
      const children = childrenOf(node);
      const looks = children.map(look);
      // What a component is handed may stand beside something there.
      const alone = children.length === 1 && !(node.type === 'JSXElement' && isComponent(node));
      looks.forEach(({ text, varies, open }, index) => {
        const besideText = looks.some((other, place) => other.text && place !== index);
        if (varies && (besideText || (text && !open && !alone))) context.report({ node: children[index], messageId: 'bare' });
      });
    }

    /** The elements that stand first in what an expression draws, one list for each of its ways. */
    function waysOf(expression) {
      if (expression?.type === 'ConditionalExpression') return [...waysOf(expression.consequent), ...waysOf(expression.alternate)];
      if (expression?.type === 'LogicalExpression') return waysOf(expression.right);
      if (expression?.type === 'JSXElement') return [[expression]];
      if (expression?.type === 'JSXFragment') return [childrenOf(expression)];
      return [];
    }

    /** What has bare text beside other children, in what is drawn there. */
    function mixedIn(node) {
      const children = childrenOf(node);
      const mixed = children.length > 1 && children.some((child) => look(child).text && !look(child).open) ? [node] : [];
      return [...mixed, ...children.filter(({ type }) => type === 'JSXElement').flatMap(mixedIn)];
    }

    /** React draws one way into the elements of the other, where their tags are the same. */
    function compare(ways) {
      if (ways.length < 2) return;
      const tagOf = ({ openingElement }) => context.sourceCode.getText(openingElement.name);
      const roots = ways.map((way) => way.filter((child) => child.type === 'JSXElement' && !isKeyed(child)));
      roots.forEach((way, index) => {
        const others = new Set(roots.flatMap((other, place) => (place === index ? [] : other.map(tagOf))));
        way
          .filter((root) => others.has(tagOf(root)))
          .flatMap(mixedIn)
          .forEach((node) => context.report({ node, messageId: 'mixed' }));
      });
    }

    const returned = [];
    const enter = () => void returned.push([]);
    const leave = ({ body }) => compare([...returned.pop(), ...(body.type === 'BlockStatement' ? [] : waysOf(body))]);
    return {
      JSXElement: check,
      JSXFragment: check,
      'JSXExpressionContainer > ConditionalExpression': (node) => compare(waysOf(node)),
      ':function': enter,
      ReturnStatement: ({ argument }) => void returned.at(-1)?.push(...waysOf(argument)),
      ':function:exit': leave,
    };
  },
};
