package dataset

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every name opens its data set.
func TestOpen(t *testing.T) {
	images, labels := goodIDX()
	folder := t.TempDir()
	write(t, folder, "train-images-idx3-ubyte", images)
	write(t, folder, "train-labels-idx1-ubyte", labels)
	write(t, folder, "test_batch.bin", cifarBytes(4))
	write(t, folder, "Test/0/a.bin", three(t))
	write(t, folder, "validation.csv", []byte("x1,y1,x2,y2,label\n0.25,0.5,0.75,0.5,2\n"))
	uci := write(t, folder, "uci.csv", []byte("1,1,a\n1,0\n"))
	digits := write(t, folder, "digits.csv", []byte("1,2,7\n"))
	specs := map[string]struct {
		spec  Spec
		shape []int
	}{
		"mnist":         {Spec{Path: folder, Part: Train}, []int{1, 2, 4}},
		"fashion-mnist": {Spec{Path: folder, Part: Train}, []int{1, 2, 4}},
		"cifar10":       {Spec{Path: folder, Part: Test}, []int{3, 32, 32}},
		"nmnist":        {Spec{Path: folder, Part: Test, Framing: Framing{Frames: 2, TickUs: 10}}, []int{2, 2, 34, 34}},
		"yinyang":       {Spec{Path: folder, Part: Validation}, []int{4}},
		"uci":           {Spec{Path: uci}, []int{1}},
		"digits":        {Spec{Path: digits}, []int{2}},
	}
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			c := specs[name]
			c.spec.Name = name
			d, err := Open(t.Context(), c.spec)
			require.NoError(t, err)
			require.Equal(t, c.shape, d.Shape())
			require.NoError(t, d.Close())
		})
	}
	require.Len(t, specs, len(Names()))
}

func TestOpenYinYangGenerated(t *testing.T) {
	d, err := Open(t.Context(), Spec{Name: "yinyang", Part: Test, Samples: 20, Random: Random{Seed: 4}})
	require.NoError(t, err)
	same, err := Random{Seed: 4}.GenerateYinYang(Test, 20)
	require.NoError(t, err)
	require.Equal(t, same, d.Dataset)
}

// A zip file of events stays open until the data set is closed.
func TestOpenNMNISTZip(t *testing.T) {
	laid(t, map[string][]byte{"Train/0/a.bin": three(t)}, func(t *testing.T, path string) {
		d, err := Open(t.Context(), Spec{Name: "nmnist", Path: path, Framing: Framing{Frames: 1}})
		require.NoError(t, err)
		x, _ := sample(t, d, 0)
		require.Equal(t, float32(3), total(x))
		require.NoError(t, d.Close())
		_, err = d.Sample(0, x)
		if filepath.Ext(path) == ".zip" {
			require.ErrorContains(t, err, "file already closed")
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "1/x.bin", three(t))
	for text, s := range map[string]Spec{
		`unknown data set ("minst"); valid are cifar10, digits, fashion-mnist, mnist, nmnist, uci, yinyang`: {Name: "minst"},
		"uci needs a path to its files":                                    {Name: "uci"},
		"uci has no part train; valid is whole; split it by seed":          {Name: "uci", Path: folder, Part: Train},
		"MNIST has no part whole; valid is train or test":                  {Name: "mnist", Path: folder},
		"Fashion-MNIST images: none of train-images-idx3-ubyte.gz":         {Name: "fashion-mnist", Path: folder, Part: Train},
		"CIFAR-10 has no part validation":                                  {Name: "cifar10", Path: folder, Part: Validation},
		"number of frames out of range (0)":                                {Name: "nmnist", Path: folder},
		"N-MNIST: none of Test, Test.zip in folder":                        {Name: "nmnist", Path: folder, Part: Test, Framing: Framing{Frames: 1}},
		"N-MNIST has no part validation; valid is whole or train or test":  {Name: "nmnist", Path: folder, Part: Validation, Framing: Framing{Frames: 1}},
		"1048576 frames of 34x34 pixels":                                   {Name: "nmnist", Path: folder, Framing: Framing{Frames: 1 << 20}},
		"number of yin-yang samples out of range (0)":                      {Name: "yinyang"},
		"yin-yang has no part part(9)":                                     {Name: "yinyang", Part: 9, Samples: 3},
		"yin-yang has no part whole; valid is train or validation or test": {Name: "yinyang", Path: folder},
		"table: open " + filepath.Join(folder, "test.csv"):                 {Name: "yinyang", Path: folder, Part: Test},
	} {
		_, err := Open(t.Context(), s)
		require.ErrorContains(t, err, text)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ctx, Spec{Name: "mnist", Part: Train})
	require.ErrorIs(t, err, context.Canceled)
}
