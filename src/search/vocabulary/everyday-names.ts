import { FILTER_FIELDS, type FilterField } from '../search-fields.ts'
import { type Entry, means, phraseOf, suggests } from './meaning.ts'

/**
 * Names in use that the Hub's own lists lack. A row has the phrases, what they mean, and the source or reason. `~` marks a
 * value that is only likely; `+` separates fields, `|` values.
 */
const NAMES: readonly (readonly [phrases: string, meaning: string, reason: string])[] = [
  // Text
  [
    'ner, entity recognition, entity extraction, pos tagging, pos tagger, part of speech tagging, part of speech tagger',
    'task=token-classification',
    'Transformers: pipeline alias ner; task page',
  ],
  ['qa, question answer, reading comprehension', 'task=question-answering', 'task page; SQuAD'],
  ['vqa, visual qa, visual question', 'task=visual-question-answering', 'Transformers: pipeline alias vqa'],
  ['docvqa, document qa, doc qa', 'task=document-question-answering', 'name of the benchmark DocVQA'],
  [
    'embedding, embeddings, embedder, text embedding, text embeddings',
    'task=feature-extraction|sentence-similarity',
    'task page of feature extraction',
  ],
  [
    'sentence embedding, sentence embeddings, semantic search, sts, semantic similarity, text similarity, paraphrase, bi encoder',
    'task=sentence-similarity + ~task=feature-extraction',
    'task page of sentence similarity',
  ],
  [
    'reranker, rerankers, rerank, reranking, re ranking, re ranker, cross encoder, cross encoders',
    'task=text-ranking',
    'task page of text ranking',
  ],
  [
    'retriever, dense retrieval, passage retrieval',
    'task=text-retrieval + ~task=sentence-similarity|feature-extraction',
    'task page of sentence similarity',
  ],
  [
    'chat, chatbot, chatbots, chat bot, dialogue, dialog, assistant',
    '~task=text-generation|conversational + tag=conversational',
    'tag that the Hub adds for a chat template; former task',
  ],
  [
    'llm, llms, large language model, large language models, language model, language models, causal lm',
    'task=text-generation',
    'task page of text generation',
  ],
  [
    'code generation, code completion, coding assistant',
    '~task=text-generation',
    'task page of text generation, variant code generation',
  ],
  [
    'summarizer, summarize, summarise, summarisation, summary, text summarization, abstractive summarization',
    'task=summarization',
    'task page; British spelling',
  ],
  ['translator, translate, machine translation, mt, nmt', 'task=translation', 'abbreviations of the field (WMT)'],
  ['mlm, masked lm, masked language model, fill in the blank, cloze', 'task=fill-mask', 'BERT paper; task page'],
  ['seq2seq, text2text, sequence to sequence', 'task=text2text-generation', 'former task of the Hub'],
  [
    'sentiment, sentiment classifier, emotion detection, spam detection, toxicity detection, intent detection, text classifier',
    '~task=text-classification',
    'task page of text classification',
  ],
  [
    'nli, textual entailment',
    '~task=text-classification|zero-shot-classification',
    'task page, variant natural language inference',
  ],
  [
    'zero shot',
    'task=zero-shot-classification|zero-shot-image-classification|zero-shot-object-detection',
    'names of the tasks',
  ],
  // Sound
  [
    'tts, speech synthesis, speech generation, text2speech, voice cloning, voice clone',
    'task=text-to-speech + ~task=text-to-audio',
    'Transformers: text-to-speech is an alias of text-to-audio',
  ],
  [
    'asr, stt, speech recognition, speech to text, speech2text, voice recognition, transcription, transcribe, dictation',
    'task=automatic-speech-recognition',
    'task page',
  ],
  [
    'music generation, sound generation, audio generation, text to music, text2music',
    'task=text-to-audio',
    'task page of text to audio',
  ],
  [
    'voice conversion, speech enhancement, source separation, noise reduction, denoising speech, speech to speech',
    'task=audio-to-audio',
    'task page of audio to audio',
  ],
  [
    'vad, speaker diarization, diarization',
    'task=voice-activity-detection + ~task=automatic-speech-recognition',
    'abbreviation of the task; pyannote',
  ],
  [
    'emotion recognition, speaker recognition, speaker verification, sound classification, wake word',
    '~task=audio-classification',
    'task page of audio classification',
  ],
  ['speech translation', '~task=translation|automatic-speech-recognition', 'task page of speech recognition'],
  // Images and video
  [
    'ocr, optical character recognition, text recognition, handwriting recognition',
    'task=image-to-text + tag=ocr + ~task=image-text-to-text',
    'task page of image to text',
  ],
  [
    'captioning, captioner, image caption, image captions, image description',
    'task=image-to-text + ~task=image-text-to-text',
    'task page of image to text',
  ],
  [
    'vlm, vlms, vision language, vision language model, vision language models, vision llm, multimodal llm',
    'task=image-text-to-text + ~task=video-text-to-text|any-to-any',
    'task page of image-text-to-text',
  ],
  [
    't2i, txt2img, text2image, text2img, text to picture, image generation, image generator',
    'task=text-to-image',
    'AUTOMATIC1111 webui; task page',
  ],
  [
    'i2i, img2img, image2image, image editing, image edit, inpainting, outpainting, super resolution, upscaling, upscaler, style transfer',
    'task=image-to-image',
    'AUTOMATIC1111 webui; task page of image to image',
  ],
  [
    't2v, txt2vid, text2video, video generation, video generator',
    'task=text-to-video + ~task=image-to-video',
    'names of Wan models; task page',
  ],
  ['i2v, img2vid, image2video, image animation', 'task=image-to-video', 'names of Wan models; task page'],
  [
    'segmentation, background removal, remove background, matting',
    'task=image-segmentation + ~task=mask-generation',
    'task page of image segmentation',
  ],
  ['object detector, object recognition', 'task=object-detection', 'task page'],
  ['pose detection, keypoints, landmark detection', 'task=keypoint-detection', 'task page'],
  ['depth map, monocular depth', 'task=depth-estimation', 'task page'],
  ['image recognition, image classifier', 'task=image-classification', 'task page'],
  ['action recognition, activity recognition', 'task=video-classification', 'task page of video classification'],
  ['text to mesh, 3d generation, image to mesh', 'task=text-to-3d|image-to-3d', 'task pages'],
  ['gan, gans', '~task=unconditional-image-generation', 'task page'],
  ['image embedding, image embeddings', 'task=image-feature-extraction', 'task page'],
  // Other
  [
    'forecasting, time series, timeseries',
    'task=time-series-forecasting + modality=timeseries',
    'name of the task and of the modality',
  ],
  ['rl, deep rl', 'task=reinforcement-learning', 'label of the modality in the Hub'],
  ['robot, robots', 'task=robotics', 'name of the task'],
  ['gnn, gnns, graph neural network, graph neural networks', 'task=graph-ml', 'task page'],
  ['nlp, natural language processing', '~modality=text', 'label of the modality in the Hub'],
  ['cv, computer vision', '~task=image-classification|object-detection|image-segmentation', 'label of the modality in the Hub'],
  // Kinds of data
  ['picture, pictures, photo, photos, images', 'modality=image', 'plural and synonyms of the modality'],
  ['videos, movie, movies, film, films', 'modality=video', 'plural and synonyms of the modality'],
  ['sound, sounds, speech audio, recordings', 'modality=audio', 'synonyms of the modality'],
  ['table, tables, spreadsheet, spreadsheets', 'modality=tabular', 'synonyms of the modality'],
  ['pdf, pdfs', 'modality=document', 'files of the modality'],
  ['geo, maps, satellite, gis', '~modality=geospatial', 'what the modality has'],
  ['jsonl, json lines', 'format=json', 'the dataset viewer calls both json'],
  // Libraries
  ['sbert, sentence bert, sentence transformer', 'library=sentence-transformers', 'its domain sbert.net'],
  ['stable diffusion, sdxl', '~library=diffusers|diffusion-single-file', 'the models that Diffusers began with'],
  ['tensorflow', 'tag=tf + library=tf-keras|keras', 'tag that the Hub gives to TensorFlow weights'],
  ['torch', 'tag=pytorch', 'tag that the Hub gives to PyTorch weights'],
  ['flax', 'tag=jax', 'tag that the Hub gives to Flax weights'],
  ['llamacpp, ggml', 'library=llama.cpp|gguf|ggml + tag=gguf', 'GGUF is the format of llama.cpp, and followed GGML'],
  ['onnxruntime, onnx runtime', 'tag=onnx + library=onnx', 'runtime of the format'],
  ['sd', '~library=diffusers', 'short for Stable Diffusion'],
  ['transformersjs, transformers js, javascript transformers', 'library=transformers.js', 'its name without the point'],
  // Sizes
  [
    'small, tiny, mini, compact, lightweight, small language model, slm, slms',
    '~parameters=<1B|1B-3B',
    'small language models are those of up to some three billion parameters (surveys of 2024)',
  ],
  // Quantization
  [
    'quantized, quantised, quant, quants, quantization',
    'tag=quantized + ~tag=gguf|gptq|awq|exl2|exl3|4-bit|8-bit|mlx',
    'tags of quantized models on the Hub',
  ],
  ['bnb, bitsandbytes', 'tag=bitsandbytes + ~tag=4-bit|8-bit', 'tags that the Hub gives by quantization_config'],
  ['nf4, w4a16', '~tag=4-bit', 'formats of four bits'],
  ['w8a8, w8a16', '~tag=8-bit', 'formats of eight bits'],
  ...['1', '2', '3', '4', '5', '6', '8', '16'].map((bits): [string, string, string] => [
    `${bits}bit, ${bits} bit, ${bits} bits, int${bits}`,
    `tag=${bits}-bit|${bits}bit|int${bits}`,
    'the Hub has the tag with a hyphen; authors write it in all these ways',
  ]),
]

export function* everydayEntries(): Generator<Entry> {
  for (const [phrases, meaning] of NAMES) {
    const meanings = meaning.split(' + ').map(meaningOf)
    for (const phrase of phrases.split(', ')) yield { phrase: phraseOf(phrase), meanings }
  }
}

function meaningOf(text: string) {
  const isLoose = text.startsWith('~')
  const [field = '', values = ''] = text.slice(isLoose ? 1 : 0).split('=')
  if (!FILTER_FIELDS.some((known) => known === field) || values === '') throw new Error(`Not a field with values: ${text}`)
  return (isLoose ? suggests : means)(field as FilterField, ...values.split('|'))
}
