package layer

import "couplet/internal/dense"

// SetWorkspace has the work of a map, and of the maps that it is made of, done in the given workspace. A
// map has one of its own until then, without workers. Maps that are not used at the same time, such as
// those of a network, best share one: its scratch memory is then there once, and its workers serve all.
// Results do not depend on it, as long as its arithmetic is dense.Reproducible.
func SetWorkspace[F Real](m Map[F], ws *dense.Workspace[F]) {
	if w, ok := m.(interface{ SetWorkspace(*dense.Workspace[F]) }); ok {
		w.SetWorkspace(ws)
	}
}
