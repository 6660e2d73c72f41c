package npz_test

import (
	"bytes"
	"testing"

	own "couplet/internal/npz"
)

// FuzzOpen reads any bytes as an archive: no panic, no memory beyond the limit, and what is read
// comes back when written again.
func FuzzOpen(f *testing.F) {
	var b bytes.Buffer
	w := own.NewWriter(&b)
	_ = own.Put(w, "t", []int64{1, 2, 3})
	_ = own.Put(w, "e", []int64{})
	_ = own.Put(w, "m", []int64{1, 2, 3, 4}, 2, 2)
	_ = w.Close()
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:40])
	f.Add([]byte("PK\x05\x06" + string(make([]byte, 18))))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := own.Open(bytes.NewReader(data), int64(len(data)), limit)
		if err != nil {
			return
		}
		for _, name := range a.Names() {
			readBack(t, a, name)
		}
	})
}

// FuzzArray reads any bytes as one array.
func FuzzArray(f *testing.F) {
	f.Add([]byte(file("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", "12345678")))
	f.Add([]byte(file("{'descr': '<i8', 'fortran_order': False, 'shape': (0, 3)}", "")))
	f.Add([]byte(file(`{"shape": (), "descr": "<i8", "fortran_order": False}`, "12345678")))
	f.Fuzz(func(t *testing.T, content []byte) {
		readBack(t, open(t, entry(t, "x.npy", string(content))), "x")
	})
}

func readBack(t *testing.T, a *own.Archive, name string) {
	values, shape, err := own.Get[int64](a, name)
	if err != nil {
		return
	}
	if len(values)*8 > limit {
		t.Fatalf("%d values exceed the limit", len(values))
	}
	if len(shape) == 0 {
		shape = []int{1}
	}
	var b bytes.Buffer
	w := own.NewWriter(&b)
	if err := own.Put(w, name, values, shape...); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again, _, err := own.Get[int64](open(t, b.Bytes()), name)
	if err != nil || len(again) != len(values) {
		t.Fatal(len(again), err)
	}
}
