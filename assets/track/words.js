// What the page says, in English and Spanish.

const TEXTS = {
  locale: ["en-US", "es-US"],
  other: ["Español", "English"],
  number: ["Job {id}", "Servicio {id}"],
  CREATED: ["Your job is confirmed", "Su servicio está confirmado"],
  CREATED_lead: ["We will text you who comes, and when.", "Le avisaremos por mensaje quién va y cuándo."],
  ASSIGNED: ["Your technician is on the way", "Su técnico está en camino"],
  ASSIGNED_lead: ["{name} will be with you at the time below.", "{name} llegará en el horario de abajo."],
  IN_PROGRESS: ["Service underway", "Servicio en curso"],
  IN_PROGRESS_lead: ["{name} has arrived and is at work.", "{name} llegó y está trabajando."],
  COMPLETE: ["Job done!", "¡Trabajo terminado!"],
  COMPLETE_lead: ["{name} has finished. How did we do?", "{name} ha terminado. ¿Cómo lo hicimos?"],
  RATED: ["Thank you for rating", "Gracias por calificarnos"],
  RATED_lead: ["Here is your receipt.", "Aquí está su recibo."],
  WAIT: ["Follow your job", "Siga su servicio"],
  VOID: ["This link no longer works", "Este enlace ya no funciona"],
  VOID_lead: ["It is over, or a newer one took its place.", "Venció, o uno más nuevo lo reemplazó."],
  VOID_help: [
    "Please use the link in our latest text message, or call or text us: we will gladly send you a new one.",
    "Use el enlace de nuestro mensaje más reciente, o llámenos o escríbanos: con gusto le enviaremos uno nuevo.",
  ],
  LOST: ["We cannot be reached right now", "Ahora no hay comunicación"],
  LOST_lead: [
    "Your job is not affected. This page keeps trying.",
    "Su servicio no se ve afectado. Esta página sigue intentando.",
  ],
  open: ["Not set yet", "Aún sin hora"],
  was: ["Changed from {before}", "Cambió, antes: {before}"],
  who: ["{name}, your technician", "{name}, su técnico"],
  event: ["QuickDumpNow: {name} arrives", "QuickDumpNow: llega {name}"],
  WAIT_FOR_TECHNICIAN: ["We are assigning your technician", "Estamos asignando a su técnico"],
  EXPECT_TECHNICIAN: ["Please keep the way to your items clear", "Por favor, deje libre el paso hasta sus cosas"],
  SERVICE_UNDERWAY: ["We text you when the work is done", "Le avisaremos por mensaje al terminar"],
  PAYMENT_DUE: ["Payment due: {amount}", "Pago pendiente: {amount}"],
  RECEIPT: ["Keep your receipt", "Guarde su recibo"],
  price: ["Price: {amount}", "Precio: {amount}"],
  paid: ["Paid: {amount}", "Pagado: {amount}"],
  past: ["done", "hecho"],
  now: ["now", "ahora"],
  coming: ["to come", "por venir"],
  paidAt: ["Paid on {date}", "Pagado el {date}"],
  due: ["Due", "Pendiente"],
  stars: ["{stars} of 5", "{stars} de 5"],
  link: ["your private link", "su enlace privado"],
  sent: ["Sent", "Enviado"],
  pending: ["Being sent", "Enviándose"],
  failed: ["Could not be delivered", "No se pudo entregar"],
  justNow: ["Updated just now", "Actualizado ahora mismo"],
  updated: ["Updated {ago}", "Actualizado {ago}"],
  offline: ["No connection.", "Sin conexión."],
  fault: ["Our server does not answer.", "El servidor no responde."],
  unsaved: ["Not saved; what you entered is still here.", "No se guardó; lo que escribió sigue aquí."],
  needStars: ["Please choose 1 to 5 stars.", "Elija de 1 a 5 estrellas."],
  refused: ["Please call or text us.", "Llámenos o escríbanos."],
  late: ["This job has been rated already.", "Este servicio ya se calificó."],
  copied: ["Link copied.", "Enlace copiado."],
  uncopied: ["Please copy the link from the address bar.", "Copie el enlace de la barra de direcciones."],
};

// The English of these stands in index.html.
const SPANISH = {
  title: "Siga su servicio – QuickDumpNow",
  again: "Actualizar",
  receipt: "Recibo",
  receiptNumber: "Número",
  completed: "Terminado",
  technician: "Técnico",
  amount: "Importe",
  payment: "Pago",
  rating: "Su calificación",
  printReceipt: "Imprimir recibo",
  arrival: "Llegada",
  calendar: "Agregar al calendario",
  next: "Qué sigue",
  choose: "Elija de 1 a 5 estrellas",
  comment: "¿Algo más que decirnos? (opcional)",
  send: "Enviar calificación",
  progress: "Progreso",
  step0: "Confirmado",
  step1: "En camino",
  step2: "En curso",
  step3: "Terminado",
  step4: "Calificado",
  contact: "¿Preguntas?",
  call: "Llámenos",
  text: "Escríbanos",
  messages: "Mensajes",
  share: "Compartir",
  print: "Imprimir",
  shareNote: "Quien tenga el enlace puede seguir este servicio y calificarlo.",
  footer: "Retiro de desechos el mismo día",
  RATE_SERVICE: "Califique su servicio",
};

const spots = document.querySelectorAll("[data-say]");
TEXTS.title = [document.title, SPANISH.title];
for (const { dataset, textContent } of spots) TEXTS[dataset.say] = [textContent, SPANISH[dataset.say]];

/** Keeps something on this device, or nothing where that is forbidden. */
export function store(key, value) {
  try {
    localStorage[key] = value;
  } catch {}
}

/** What is kept, by its key. */
export let kept = {};
try {
  kept = localStorage;
} catch {}

const LANGUAGES = ["en", "es"];
const wished = [kept["track-language"], ...navigator.languages].map((tag) => LANGUAGES.indexOf(tag?.slice(0, 2)));
let language = wished.find((at) => at >= 0) ?? 0;

/** The text of a name, its blanks filled in. */
export const say = (name, blanks) => TEXTS[name]?.[language].replace(/{(\w+)}/g, (_, blank) => blanks[blank]);

/** Puts the page into its language. */
export function speak() {
  document.documentElement.lang = LANGUAGES[language];
  document.title = say("title");
  for (const spot of spots) spot.textContent = say(spot.dataset.say);
  const toggle = document.getElementById("language");
  toggle.textContent = say("other");
  toggle.hidden = false;
  toggle.lang = LANGUAGES[1 - language];
}

export function switchLanguage() {
  language = 1 - language;
  store("track-language", LANGUAGES[language]);
  speak();
}
