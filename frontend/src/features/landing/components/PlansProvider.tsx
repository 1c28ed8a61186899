'use client';

import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';

import { brand } from '@/lib/brand';
import type { Plan } from '@/types/api';

const BUILT_IN = brand.plans as Plan[];

const Plans = createContext<Plan[]>(BUILT_IN);

export interface PlansProviderProps {
  children: ReactNode;
}

/**
 * The plans on offer. The page is exported with the brand's; the operator may have set others, so the server is
 * asked once, and only a different answer changes anything. Without an answer the exported plans stay.
 */
export function PlansProvider({ children }: PlansProviderProps) {
  const [plans, setPlans] = useState(BUILT_IN);

  useEffect(() => {
    let gone = false;
    async function ask() {
      // Loaded after the page stands: nobody should wait for an HTTP client to read a headline.
      const { subscriptionService } = await import('@/services/subscriptionService');
      const answer = await subscriptionService.plans();
      if (!gone && answer.length > 0 && JSON.stringify(answer) !== JSON.stringify(BUILT_IN)) setPlans(answer);
    }
    ask().catch(() => {
      // The exported price is still the best that we know; the way to subscribe shows the binding one.
    });
    return () => {
      gone = true;
    };
  }, []);

  return <Plans value={plans}>{children}</Plans>;
}

/** The plans on offer, in the operator's order; never empty. */
export function usePlans(): Plan[] {
  return useContext(Plans);
}
