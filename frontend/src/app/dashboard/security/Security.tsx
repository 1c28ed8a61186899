'use client';

import { AppRemovalBanner } from '@/features/account/components/AppRemovalBanner';
import { PasswordChange } from '@/features/account/components/PasswordChange';
import { TwoStepCard } from '@/features/account/components/TwoStepCard';
import { useTwoStep } from '@/features/account/hooks/useTwoStep';
import { DevicesPanel } from '@/features/security/components/DevicesPanel';
import { PasskeysPanel } from '@/features/security/components/PasskeysPanel';

/** What stands on the security page. What log-in asks for is read once, for the banner and the card. */
export function Security() {
  const twoStep = useTwoStep();
  return (
    <>
      <AppRemovalBanner desk={twoStep} />
      <DevicesPanel>
        {(reload) => (
          <div className="grid gap-6">
            <PasskeysPanel password={(email) => <PasswordChange email={email} onSuccess={() => void reload()} />} />
            <TwoStepCard desk={twoStep} />
          </div>
        )}
      </DevicesPanel>
    </>
  );
}
