package netfile

import (
	"fmt"
	"os"
	"testing"

	"couplet/internal/yamltree"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anything is what a mutation puts into a file.
var anything = []string{
	"", "~", "0", "1", "-1", "2.5", "1e15", "99999999999999999999", "true", "text", "exc", `"exc[0..1]"`, `"cell[9]"`, "[]", "{}", "[1, 2]",
	"[[1, 2], [3, 4]]", "[[[[1]]]]", "1 ms", "0 ms", "-1 ms", "0.05 ms", "1 step", "3 steps", "1 mV", "5 pA", "[1 mV, 2 mV]", "[1 pA]",
	"1 kHz", "0.1 /step", "1e300 ms", "{uniform: [1 ms, 2 ms]}", "{uniform: [0 pA, 0 pA]}", "{normal: {mean: 1, std: 0}}",
	"{file: weights.npz, array: tau, unit: s}",
	"{file: single.npy}", "{file: single.npy, unit: pA}", "{file: weights.npz}", "weights.npz", "lin.0.weight", "learned", "{model: learned, limit: 3}",
	"{normal: {mean: 0 mV, std: 1 mV, min: 0 mV}}", "{lognormal: {mu: 300, sigma: 30}}", "conv", "explicit", "all_to_all", "avg_pool", "stdp",
	"{model: tsodyks2}", "events", "spike_source", "parrot_neuron", "lif", "iaf_psc_exp_ps", "poisson", "weights", "V_m", "lazy", "camera.csv",
}

// A change anywhere in a valid file gives a valid network, which can be written and read back, or
// errors with places.
func TestMutatedFiles(t *testing.T) {
	files := validFiles(t)
	rapid.Check(t, func(t *rapid.T) {
		file := rapid.SampledFrom(files).Draw(t, "file")
		paths := pathsOf(t, file)
		o := Options{DataDir: "testdata/valid"}
		for range rapid.IntRange(1, 2).Draw(t, "changes") {
			path := rapid.SampledFrom(paths).Draw(t, "path")
			o.Set = append(o.Set, path+"="+rapid.SampledFrom(anything).Draw(t, "value"))
		}
		net, err := Load(file, o)
		if err == nil {
			o.Set = nil
			requireRoundTrip(t, net, o)
			return
		}
		var all *Errors
		require.ErrorAs(t, err, &all)
		for _, e := range all.List {
			require.Positive(t, e.Line, e.Error())
			require.NotEmpty(t, e.Path+e.File)
		}
	})
}

// pathsOf lists the paths of all nodes of a file, and one that is not there in every mapping.
func pathsOf(t require.TestingT, file string) []string {
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	tree, err := yamltree.Parse(file, data, yamltree.Limits{})
	require.NoError(t, err)
	var paths []string
	var walk func(c yamltree.Cursor)
	walk = func(c yamltree.Cursor) {
		if c.Path() != "" {
			paths = append(paths, c.Path())
		}
		for _, item := range c.Items() {
			walk(item)
		}
		for _, field := range c.Fields() {
			walk(field)
		}
		if c.Kind() == yamltree.Mapping {
			for _, key := range []string{"size", "shape", "host", "like", "self", "delay", "init.V_m"} {
				paths = append(paths, fmt.Sprintf("%s.%s", c.Path(), key))
			}
		}
	}
	walk(tree.Root())
	return paths[:len(paths)-7] // without the keys at the top
}
