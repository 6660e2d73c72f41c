package hwmodel

import (
	"couplet/internal/yamltree"
	"couplet/sim"
)

// Places are the lines of the parts of a network in its file, by the path under which the
// network knows them ("populations.exc").
type Places map[string]Place

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
	tree, err := yamltree.Parse(file, data, yamltree.Limits{})
	if err != nil {
		return nil, err
	}
	places := Places{}
	for _, path := range paths {
		if c := tree.Root().Locate(path); path != "" && c.Path() == path {
			places[path] = Place{file, int(c.At().Line)}
		}
	}
	return places, nil
}
