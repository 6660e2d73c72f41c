package dataset

import "testing"

// BenchmarkLoad measures one goroutine that assembles shuffled batches of 128.
func BenchmarkLoad(b *testing.B) {
	digits := &Images{channels: 1, rows: 28, columns: 28, classes: numbered(10)}
	colours := &Images{channels: 3, rows: 32, columns: 32, classes: numbered(10)}
	for _, m := range []*Images{digits, colours} {
		m.labels = make([]int32, 5000)
		m.pixels = make([]byte, 5000*m.volume())
		for i := range m.pixels {
			m.pixels[i] = byte(i)
		}
	}
	for _, c := range []struct {
		name string
		data *Images
		opt  BatchOptions
	}{
		{"28x28", digits, BatchOptions{Normalise: MNISTNormalisation()}},
		{"3x32x32-crop-flip-cutout", colours, BatchOptions{
			Normalise: CIFAR10Normalisation(),
			Augment:   []Augmentation{RandomCrop{Padding: 4}, HorizontalFlip{}, Cutout{Side: 16}},
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.opt.Size, c.opt.Shuffle = 128, true
			batches, err := NewBatches(c.data, c.opt)
			if err != nil {
				b.Fatal(err)
			}
			x, labels := batches.Buffers()
			samples := 0
			for i := 0; b.Loop(); i++ {
				n, err := batches.Load(uint64(i/batches.Steps()), i%batches.Steps(), x, labels)
				if err != nil {
					b.Fatal(err)
				}
				samples += n
			}
			b.ReportMetric(float64(samples)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}
