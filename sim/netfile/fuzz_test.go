package netfile

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRead: whatever the bytes, there is a valid network or an error with places, and a network that
// was read can be written and read back.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/valid/*.yaml", invalidDir + "/*.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(f, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(data, "run=2 s")
		}
	}
	f.Add([]byte("a: &a [*a]\n"), "populations.exc={model: if, size: 3}")
	f.Fuzz(func(t *testing.T, data []byte, assignment string) {
		o := Options{MaxBytes: 1 << 16, DataDir: "testdata/valid", Set: []string{assignment}}
		net, err := Read("fuzz.yaml", data, o)
		if err != nil {
			checkErrors(t, err)
			return
		}
		var text bytes.Buffer
		if err := Write(&text, net); err != nil {
			t.Fatalf("write: %v", err)
		}
		o.Set, o.MaxBytes = nil, 0
		back, err := Read("run.yaml", text.Bytes(), o)
		if err != nil {
			t.Fatalf("read back: %v\n%s", err, text.Bytes())
		}
		if !reflect.DeepEqual(flatten(net), flatten(back)) {
			t.Fatalf("not the same network:\n%s", text.Bytes())
		}
	})
}

func checkErrors(t *testing.T, err error) {
	var all *Errors
	require.ErrorAs(t, err, &all)
	require.NotEmpty(t, all.List)
	for i, e := range all.List {
		require.Positive(t, e.Line)
		require.Positive(t, e.Column)
		require.NotEmpty(t, e.Message)
		if i > 0 && e.File == all.List[i-1].File {
			require.LessOrEqual(t, all.List[i-1].Line, e.Line)
		}
	}
}
