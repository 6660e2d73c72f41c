package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// EnvVar names the environment variable that holds a folder with further golden files, in the
// same folders by kind as testdata/golden.
const EnvVar = "COUPLET_GOLDEN"

// File is a golden file. Name is that of its subtest: "nest/delta_dc", and "extra/nest/…" for
// files of the folder in [EnvVar].
type File struct {
	Name, Path string
	Extra      bool
}

// Files lists the golden files of a kind, such as "nest", in order of name: those of the module's
// testdata/golden, of which there must be at least one, and those of the folder in [EnvVar].
func Files(t testing.TB, kind string) []File {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	own := list(t, filepath.Join(root, "testdata", "golden", kind), kind, false)
	if len(own) == 0 {
		t.Fatalf("golden: no files in testdata/golden/%s", kind)
	}
	if extra := os.Getenv(EnvVar); extra != "" {
		own = append(own, list(t, filepath.Join(extra, kind), "extra/"+kind, true)...)
	}
	return own
}

func list(t testing.TB, dir, prefix string, extra bool) []File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.json")) // sorted
	if err != nil {
		t.Fatal(err)
	}
	files := make([]File, len(paths))
	for i, p := range paths {
		name := filepath.Base(p)
		files[i] = File{prefix + "/" + name[:len(name)-len(".json")], p, extra}
	}
	return files
}

// moduleRoot is the folder of go.mod above the working directory, which for a test is that of
// its package.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", os.ErrNotExist
		}
		dir = parent
	}
}
