package loss

import "couplet/internal/det"

// CrossEntropy returns the cross entropy of the softmax of the outputs o with the labels y,
//
//	L = mean over the batch of  log Σ_c exp(o_c) − o_y ,
//
// and sets grad to ∂L/∂o = (softmax(o) − onehot(y)) / batch, unless it is nil. The largest output of a
// sample is subtracted before the exponential, so that no finite outputs overflow.
func CrossEntropy[F Real](outputs []F, labels []int, grad []F) (float64, error) {
	classes, err := classesOf(outputs, labels, grad)
	if err != nil {
		return 0, err
	}
	clear(grad)
	return addCrossEntropy(outputs, labels, grad, classes, 1), nil
}

// addCrossEntropy returns weight·L and adds weight·∂L/∂o to grad.
func addCrossEntropy[F Real](outputs []F, labels []int, grad []F, classes int, weight float64) float64 {
	total, share := 0.0, weight/float64(len(labels))
	for i, y := range labels {
		o := outputs[i*classes:][:classes]
		top := float64(o[Predict(o)])
		sum := 0.0
		for _, v := range o {
			sum += det.Exp(float64(v) - top)
		}
		total += det.Log(sum) - (float64(o[y]) - top)
		if grad == nil {
			continue
		}
		g := grad[i*classes:][:classes]
		for c, v := range o {
			p := det.Exp(float64(v)-top) / sum
			if c == y {
				p-- // before rounding to F: where the network is right, little is left
			}
			g[c] += F(share * p)
		}
	}
	return float64(share * total)
}
