const only = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: '^src/', pathNot: to } });

/** Imports run one way: app > features > forms > store > services > types; components > lib. Features are strangers. */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$|^src/app/' }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-dev-tools-shipped', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
    only('types-know-nobody', '^src/types/', '^src/types/'),
    only('lib-knows-nobody', '^src/lib/', '^src/lib/'),
    only('ui-knows-lib', '^src/components/', '^src/(components|lib)/'),
    only('services-know-types', '^src/services/', '^src/(services|types|lib)/'),
    only('store-knows-services', '^src/store/', '^src/(store|services|types|lib)/'),
    only('forms-know-store', '^src/forms/', '^src/(forms|components|store|services|types|lib)/'),
    {
      name: 'features-are-strangers',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/(app|features)/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'client-and-store-are-strangers',
      severity: 'error',
      from: { path: '^src/services/' },
      to: { path: '^src/store/' },
    },
    {
      name: 'axios-has-one-door',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/services/(apiClient|problem)\\.ts$' },
      to: { path: 'node_modules/axios' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
