import type { components } from './api.gen';

/**
 * The wire's shapes, under the names that the site uses for them. They come from the backend's OpenAPI document
 * (`make api-types`), so that a changed answer is a type error here. Times are ISO 8601 in UTC.
 */
type Wire = components['schemas'];

export type Credentials = Wire['LoginRequest'];
export type Challenge = Wire['ChallengeView'];
export type SignedIn = Wire['AccessToken'];
export type SignedUp = Wire['SignedUp'];
export type SignupNoted = Wire['SignupNoted'];
export type User = Wire['Me'];
export type Plan = Wire['PlanView'];
export type SubscriptionStatus = Wire['Status'];
export type Subscription = Wire['SubscriptionView'];
export type Session = Wire['SessionView'];
export type ActivityEvent = Wire['EventView'];
export type ActivityPage = Wire['EventPage'];
export type PasswordAssessment = Wire['AssessmentView'];
export type Passkey = Wire['PasskeyView'];
export type WaysIn = Wire['PasskeyList'];
export type NewPasskey = Wire['AddPasskeyRequest'];
export type PasskeyAnswer = Wire['PasskeyStepUpRequest'];
export type CreationOptions = Wire['CreationOptionsView'];
export type RequestOptions = Wire['RequestOptionsView'];
export type Factors = Wire['FactorsView'];
export type NewSecret = Wire['NewSecretView'];
export type RecoveryCodes = Wire['RecoveryCodesView'];
export type PendingCodes = Wire['PendingCodesView'];
export type EmailChange = Wire['EmailChangeView'];
export type ResetOf = Wire['ResetView'];
export type Profile = Wire['ProfileView'];
export type ShippingAddress = Wire['ShippingAddressView'];
export type Noted = Wire['Noted'];
export type TakenBack = Wire['TakenBack'];
export type Deletion = Wire['DeletionView'];
/** One thing that is held about the user: names and values as the server tells them. */
export type DataRow = Record<string, unknown>;
/** Everything that is held about the user: `profile`, and a list of each kind. */
export type DataCopy = Record<string, unknown>;

/** RFC 9457, as every refusal of the server arrives. */
export type ProblemBody = Wire['Problem'];
export type FieldError = Wire['RefusedField'];
export type ServerCode = ProblemBody['code'];
