package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"couplet": main})
}

// TestScripts runs the command lines of testdata/script. Beside the usual commands of testscript they
// have those of scriptCommands.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Cmds:  scriptCommands,
		Setup: setUp,
	})
}

// setUp names the places in the repository that scripts use, and hides the user's data.
func setUp(e *testscript.Env) error {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	e.Setenv("EXAMPLES", filepath.Join(root, "examples"))
	e.Setenv("EVENTS", filepath.Join(root, "testdata", "events"))
	e.Setenv("COUPLET_DATA", "")
	return err
}

var scriptCommands = map[string]func(*testscript.TestScript, bool, []string){
	"exits":   exits,
	"await":   await,
	"same":    same,
	"ticks":   ticks,
	"summary": summaryHolds,
}

// exits CODE PROGRAM ARGUMENTS... runs a program that ends with an exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	code, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if failed := (*exec.ExitError)(nil); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if (got == code) == neg {
		ts.Fatalf("exit code %d, want %d", got, code)
	}
}

// await FILE waits until a file exists that a program in the background writes.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for range 6000 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s does not appear", args[0])
}

// same A B compares two directories file by file. Only the wall-clock times in timing.json may differ.
func same(ts *testscript.TestScript, neg bool, args []string) {
	a, b := contents(ts, args[0]), contents(ts, args[1])
	differ := ""
	for name := range b {
		if _, ok := a[name]; !ok {
			differ = name + " is missing"
		}
	}
	for name, data := range a {
		other, ok := b[name]
		switch {
		case !ok:
			differ = name + " is missing"
		case filepath.Base(name) != "timing.json" && !bytes.Equal(data, other):
			differ = name + " differs"
		}
	}
	if (differ == "") == neg {
		ts.Fatalf("%s and %s: %s", args[0], args[1], differ)
	}
}

// contents reads all files of a directory.
func contents(ts *testscript.TestScript, dir string) map[string][]byte {
	files := map[string][]byte{}
	root := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files[name], err = os.ReadFile(path)
		return err
	}))
	if len(files) == 0 {
		ts.Fatalf("%s is empty", dir)
	}
	return files
}

// ticks VARIABLE DIR MORE stores in a variable the number of ticks of a result plus some more.
func ticks(ts *testscript.TestScript, _ bool, args []string) {
	more, err := strconv.Atoi(args[2])
	ts.Check(err)
	var summary struct{ Ticks int }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(filepath.Join(args[1], "summary.json"))), &summary))
	ts.Setenv(args[0], strconv.Itoa(summary.Ticks+more))
}

// summary DIR POPULATION FIELD VALUE checks a count in summary.json.
func summaryHolds(ts *testscript.TestScript, neg bool, args []string) {
	var summary struct {
		Activity struct{ Populations []map[string]any }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(filepath.Join(args[0], "summary.json"))), &summary))
	for _, p := range summary.Activity.Populations {
		if p["name"] == args[1] {
			if (fmt.Sprint(p[args[2]]) == args[3]) == neg {
				ts.Fatalf("%s of %s: %v, want %s", args[2], args[1], p[args[2]], args[3])
			}
			return
		}
	}
	ts.Fatalf("there is no population %s", args[1])
}
