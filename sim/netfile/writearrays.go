package netfile

import (
	"fmt"
	"io"
	"net/url"

	"couplet/internal/npz"
	"couplet/internal/yamltree"
	"couplet/synapse"
)

// Arrays keeps the long lists of a network in an archive of NumPy arrays (.npz) beside its file: the
// weights of a trained network, say. An array is named by the path of the field that it fills, such as
// projections[0].weight or populations.exc.params.tau_m, in which names are written as in addresses,
// and has the extents of what it holds. Numbers are kept exactly, in single precision where that does.
//
//	arrays := netfile.Arrays{File: "net.npz"}
//	err := netfile.WriteSplit(file, net, &arrays)
//	if !arrays.Empty() { // then
//		err = arrays.Write(archive)
//	}
type Arrays struct {
	// File is the path of the archive from the network file, as it is to stand there.
	File string
	// Longest is the largest length of a list that stays in the network file; 0 means 64.
	Longest int

	list []array
}

// array is a list of a network with its place in the archive.
type array struct {
	name   string
	shape  []int
	values []float64
}

const defaultLongest = 64

// Empty tells whether no list was long enough for the archive.
func (a *Arrays) Empty() bool { return len(a.list) == 0 }

// Names lists the arrays in the order of the archive.
func (a *Arrays) Names() []string {
	names := make([]string, len(a.list))
	for i, one := range a.list {
		names[i] = one.name
	}
	return names
}

// Write writes the archive. The same lists give the same bytes.
func (a *Arrays) Write(w io.Writer) error {
	archive := npz.NewWriter(w)
	for _, one := range a.list {
		if err := one.put(archive); err != nil {
			return fmt.Errorf("netfile: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("netfile: %w", err)
	}
	return nil
}

// put adds the array to an archive, in the smaller format that holds it exactly.
func (a array) put(w *npz.Writer) error {
	single := make([]float32, len(a.values))
	for i, x := range a.values {
		single[i] = float32(x)
		if float64(single[i]) != x {
			return npz.Put(w, a.name, a.values, a.shape...)
		}
	}
	return npz.Put(w, a.name, single, a.shape...)
}

// takes tells whether a list goes into the archive. Those in a unit that is not couplet's own (rates
// per step) stay: their numbers change on the way, and would not come back to the last bit.
func (a *Arrays) takes(list synapse.Listed, d dimension) bool {
	if a == nil || d.exponent() != 0 {
		return false
	}
	most := a.Longest
	if most == 0 {
		most = defaultLongest
	}
	return len(list) > most
}

// add keeps a list and returns what stands for it in the network file.
func (a *Arrays) add(at place, list synapse.Listed, d dimension) content {
	shape := at.extents
	if product(shape) != len(list) || len(shape) == 0 {
		shape = []int{len(list)}
	}
	a.list = append(a.list, array{at.path, shape, list})
	pairs := []pair{{"file", text(a.File)}, {"array", text(at.path)}}
	if len(d.units) > 0 {
		pairs = append(pairs, pair{"unit", text(d.units[0].symbol)})
	}
	return flow(pairs)
}

// place is where a value stands in a network: for messages, and as the name and shape of an array.
type place struct {
	part    string // "population exc"
	path    string
	extents []int // nil for one value for each neuron
}

// namedPath is the path of a field below a part that goes by its name.
func namedPath(kind, name, field string) string {
	return kind + "." + url.PathEscape(name) + "." + field
}

// itemPath is the path of a field of a part that goes by its place in a list.
func itemPath(kind string, index int, field string) string {
	return yamltree.Item(kind, index) + "." + field
}
