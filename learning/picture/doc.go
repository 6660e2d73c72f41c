// Package picture draws what is known about a trained network: the course of its training, and how it
// does on samples that it has not seen.
//
//	p, err := picture.Curve("mnist", session.Log())   // loss and accuracy of every epoch
//	p, err := picture.Confusion(evaluation)           // which class is taken for which
//	p, err := picture.Latency(evaluation)             // accuracy if the answer is taken after each tick
//	p, err := picture.Rates(evaluation.Work)          // firing rate of each population
//	err = p.WriteSVG(w)                               // or WritePNG, or Inline for a page
//
// Every picture has a caption in whole sentences, which says what is shown in which unit. Colours are
// told apart by any colour vision, and each is named in words. The same numbers give the same bytes.
package picture
