import { userService } from '@/services/userService';
import { useLoaded } from '@/store/useLoaded';

/** Who is logged in, as the server has it. */
export function useMe() {
  return useLoaded(userService.me);
}
