// Shapes of what the server sends and takes; names as in the JSON.

/**
 * @typedef {{ items: number, done: number, skipped: number }} Progress
 * @typedef {{ name: string, lead: boolean, task?: "quality" | "rating" | "pairwise" | "edit", version: string, csrf: string, live: boolean, progress: Progress, folder: string }} Session
 * @typedef {{ response: string, text: string, model?: string }} ItemText
 * @typedef {{ rater?: string, response?: string, rating?: string, valid_task?: boolean, input_appropriate?: boolean, output_correct?: boolean, better?: string, skipped?: string, comment?: string }} Answer
 * @typedef {{ key: string, author: string, at: string, rejected: boolean, instruction: string, input: string, output: string, comment?: string }} Edit
 * @typedef {{ position: number, item: string, id: string, instruction: string, input: string, reference?: string, state: "pending" | "done" | "skipped", texts: ItemText[], mine: Answer[], others?: Answer[], edit?: Edit }} Item
 * @typedef {{ key: string, path: string, label: string, body: Record<string, unknown> }} Unsaved
 * @typedef {{ key: string, does: string }} Hint
 * @typedef {{ text: string, round: number, nearest?: number }} AcceptedLine
 * @typedef {{ text: string, stage: string, rule: string, neighbour?: string, score?: number }} RejectedLine
 * @typedef {{ folder: string, state: string, model?: string, target?: number, rounds: number, accepted: number, rejected: number, instances: number, per_minute?: number, acceptance?: number, calls: number, prompt_tokens: number, completion_tokens: number, cost_usd?: number, rules: Record<string, number>, newest: AcceptedLine[], left: RejectedLine[], trouble?: string, finished?: string[] }} RunSnapshot
 * @typedef {{ name: string, is_lead: boolean, done: number, skipped: number, pending: number, seconds?: number, comments: number, changed?: number, rejected?: number }} AnnotatorFigures
 * @typedef {{ scale: string, first: string, second: string, n: number, equal: number, kappa?: number, linear_kappa?: number, quadratic_kappa?: number, spearman?: number }} AgreementFigures
 * @typedef {{ scale: string, level: string, alpha?: number }} AlphaFigures
 * @typedef {{ rater: string, n: number, valid_task: number, input_appropriate: number, output_correct: number, all_valid: number }} QualityFigures
 * @typedef {{ rater: string, model: string, counts: number[] }} GradeFigures
 * @typedef {{ first: string, second: string, questions: number, wins: number, ties: number, losses: number, win_rate: number, low: number, high: number }} PairFigures
 * @typedef {{ task: string, annotators: AnnotatorFigures[], agreement: AgreementFigures[], alpha: AlphaFigures[], quality: QualityFigures[], grades: GradeFigures[], pairs: PairFigures[], paper: number[], disagreements: number, settled: number }} LeadFigures
 * @typedef {{ show: () => void | Promise<void>, hide: () => void, onKey?: (event: KeyboardEvent) => boolean }} View
 */

export {};
