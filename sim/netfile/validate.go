package netfile

import (
	"errors"
	"strings"

	"couplet/internal/yamltree"
	"couplet/sim"
)

// validate lets the network check itself and reports its problems at the places of the fields that
// they name.
func (r *reader) validate(root yamltree.Cursor) {
	err := r.net.Validate()
	if err == nil {
		return
	}
	var problems sim.Problems
	if !errors.As(err, &problems) {
		root.Errorf("%s", reason(err))
		return
	}
	for _, p := range problems {
		path := strings.Replace(p.Path, ".params.times", ".times", 1) // which are no parameter in a file
		r.locate(root, path).ReportAt(path, p.Message)
	}
}

// locate finds the place of a path: that of the part of the network with the longest path that
// begins it, and from there down as far as the file goes.
func (r *reader) locate(root yamltree.Cursor, path string) yamltree.Cursor {
	for end := len(path); end > 0; end = strings.LastIndexAny(path[:end], ".[") {
		if part, ok := r.places[path[:end]]; ok {
			return part.Locate(path[end:])
		}
	}
	return root.Locate(path)
}
