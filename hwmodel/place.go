package hwmodel

import (
	"errors"
	"strconv"

	"couplet/internal/yamltree"
	"couplet/sim"
)

// Places are the lines of the parts of a network in its file, by the path under which the
// network knows them ("populations.exc").
type Places map[string]Place

// placesPerPass is how many places are asked for in one pass over the file: a tree tells positions
// in its reports, of which it keeps so many.
const placesPerPass = 100

// NetworkPlaces finds the populations, projections and stimuli of a network in the text of the file
// from which it was read. Parts that are not in the file, because they were added in Go, have no place.
// An error means that the text is not YAML.
func NetworkPlaces(net *sim.Network, file string, data []byte) (Places, error) {
	var paths []string
	for _, p := range net.Populations {
		paths = append(paths, p.Path)
	}
	for _, p := range net.Projections {
		paths = append(paths, p.Path)
	}
	for _, s := range net.Stimuli {
		paths = append(paths, s.Path)
	}
	places := Places{}
	for len(paths) > 0 {
		n := min(len(paths), placesPerPass)
		if err := places.find(file, data, paths[:n]); err != nil {
			return nil, err
		}
		paths = paths[n:]
	}
	return places, nil
}

// find asks a fresh tree for the places of some paths. A report at a node carries its line; its
// message is the index of the path, which finds its way back through the order of the reports.
func (p Places) find(file string, data []byte, paths []string) error {
	tree, err := yamltree.Parse(file, data, yamltree.Limits{})
	if err != nil {
		return err
	}
	for i, path := range paths {
		if path == "" {
			continue
		}
		if c := tree.Root().Locate(path); c.Path() == path {
			c.KeyErrorf("%d", i)
		}
	}
	var reports *yamltree.Errors
	if errors.As(tree.Err(), &reports) {
		for _, r := range reports.List {
			if i, err := strconv.Atoi(r.Message); err == nil {
				p[paths[i]] = Place{file, r.Line}
			}
		}
	}
	return nil
}
