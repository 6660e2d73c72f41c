package yamltree_test

import (
	"testing"

	"couplet/internal/yamltree"
)

// FuzzParse: whatever the bytes, there is a tree that can be walked or an error; nothing panics and
// nothing grows beyond the limits.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "a: 1\n", bomb, "a: &x [*x]\n", "{a: [1, 2], b: {c: ~}}\n", "a: {<<: [*x]}\n", "%YAML 1.2\n--- !t\n- |\n a\n", "? [a]\n: 'b'\n", "\ufeff\xff", "#\n -\n\n{",
	} {
		f.Add([]byte(seed), "a.b[0]=1")
	}
	f.Fuzz(func(t *testing.T, data []byte, assignment string) {
		limits := yamltree.Limits{Bytes: 1 << 16, Nodes: 10_000}
		tree, err := yamltree.Parse("fuzz", data, limits)
		if (tree == nil) == (err == nil) {
			t.Fatalf("tree %v, error %v", tree, err)
		}
		if err != nil {
			_ = err.Error()
			return
		}
		tree.Set(assignment)
		_ = outline(tree.Root())
		if err := tree.Err(); err != nil {
			_ = err.Error()
		}
	})
}
