/** The wire's shapes, under the names that the site uses for them. Times are ISO 8601 in UTC. */

export interface Credentials {
  email: string;
  password: string;
  /** Keep me signed in: the session outlives the browser's. */
  remember: boolean;
}

export interface SignedIn {
  access_token: string;
  token_type: 'bearer';
  /** Seconds from now. */
  expires_in: number;
}

export interface SignedUp extends SignedIn {
  message: string;
  user_id: string;
}

export type SubscriptionStatus = 'active' | 'trialing' | 'past_due' | 'cancelled' | 'unsubscribed';

export interface User {
  id: string;
  email: string;
  subscription_status: SubscriptionStatus;
  created_at: string;
  email_verified: boolean;
  session_id: string;
}

export interface Plan {
  code: string;
  name: string;
  description: string;
  /** In the currency's smallest unit: 1200 is 12.00 USD. */
  price_minor: number;
  currency: string;
  interval: 'month' | 'year';
  features: string[];
}

export interface Subscription {
  status: SubscriptionStatus;
  plan: Plan | null;
  started_at: string | null;
  next_billing_at: string | null;
  ends_at: string | null;
  cancel_at_period_end: boolean;
}

export interface PasswordAssessment {
  accepted: boolean;
  reasons: { code: string; message: string }[];
  /** 0 (guessed at once) to 4 (strong). */
  strength: number;
}

export interface FieldError {
  /** A JSON pointer into the request, such as "/password". */
  pointer: string;
  message: string;
}

/** RFC 9457, as every refusal of the server arrives. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: ServerCode;
  instance: string;
  retry_after?: number;
  errors?: FieldError[];
}

export type ServerCode =
  | 'busy'
  | 'cross_origin'
  | 'database_unavailable'
  | 'email_taken'
  | 'internal_error'
  | 'invalid_credentials'
  | 'malformed_json'
  | 'method_not_allowed'
  | 'not_found'
  | 'nothing_to_cancel'
  | 'nothing_to_resume'
  | 'session_ended'
  | 'too_large'
  | 'too_many_attempts'
  | 'unauthenticated'
  | 'unsupported_media_type'
  | 'validation_failed';
