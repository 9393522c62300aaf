//! The scenarios. Each is written once and runs twice: in process (`native.rs`) and over HTTP (`wire.rs`).
//!
//! A scenario that needs more than a client lists it here and runs in process only: `Tomorrow` moves the clock, `MailSink` reads e-mails,
//! `BrokenKv` makes the token cache stale or down, `OwnHost` needs its own deployment, `Rows` reads and writes the database.
//! `FirstOfAll` needs nothing, but on the wire it runs before all others.

pub mod accepting;
pub mod access;
pub mod accounts;
pub mod as_sent;
pub mod assignments;
pub mod audit;
pub mod bounds;
pub mod budgets;
pub mod changed_addresses;
pub mod closing;
pub mod communications;
pub mod contact_invitations;
pub mod contacts;
pub mod costs;
pub mod delegation;
pub mod document;
pub mod email_changes;
pub mod emails;
pub mod empty_patches;
pub mod explanation;
mod fixtures;
mod forms;
pub mod host;
pub mod http;
pub mod import_files;
pub mod invitations;
pub mod limits;
pub mod links;
pub mod lost_replies;
pub mod me;
pub mod members;
pub mod pasted;
pub mod permissions;
pub mod preferences;
pub mod races;
pub mod repeats;
pub mod resets;
pub mod resource_pages;
pub mod resources;
pub mod restoring;
pub mod safety;
pub mod seats;
pub mod sessions;
pub mod setup;
pub mod sub_accounts;
pub mod taking_over;
pub mod test_emails;
pub mod tokens;
pub mod transfer;
pub mod traps;

/// Calls `$then!` with every scenario: module, names, and what each needs.
macro_rules! every_scenario {
    ($then:ident) => {
        $then! {
            document {
                an_account_from_its_creation_to_the_revocation_of_a_user [],
                with_mail_the_link_is_sent_and_can_be_copied_too [MailSink],
                the_three_roles_are_the_only_ones [],
                administrators_manage_users_standard_and_view_only_do_not [],
                host_users_see_and_manage_the_accounts_that_delegate [],
                an_account_is_managed_from_its_creation_by_itself [],
            }
            setup {
                the_host_is_set_up_once [OwnHost],
                the_wrong_setup_token_opens_nothing [OwnHost],
                setup_says_which_field_is_wrong [OwnHost],
                nobody_has_a_default_login [],
                the_service_is_well_before_and_after [],
                setting_up_once_more_is_the_same_setup [OwnHost, Rows],
                only_who_set_it_up_sets_it_up_once_more [OwnHost],
            }
            sessions {
                whoever_knows_the_password_is_let_in [],
                the_address_may_be_typed_in_any_case [],
                a_wrong_password_and_an_unknown_address_sound_the_same [],
                after_many_failures_even_the_right_password_waits [Tomorrow],
                guessing_many_addresses_from_one_place_ends_too [],
                people_see_where_they_are_signed_in_and_end_it_there [],
                all_other_sessions_end_in_one_go [],
                signing_out_ends_this_session_alone [],
                whoever_signs_in_again_leaves_the_session_they_came_with [],
                nobody_ends_the_session_of_somebody_else [],
                a_session_unused_for_long_is_over [Tomorrow],
                even_a_session_in_use_is_over_one_day [Tomorrow],
                a_browser_carries_its_session_in_a_cookie [],
                nonsense_in_the_headers_is_nobody [],
            }
            me {
                everybody_sees_and_edits_their_own_name_and_language [],
                nobody_makes_themselves_more_than_they_are [],
                a_new_password_needs_the_old_one_and_ends_all_sessions [],
                passwords_are_long_and_hard_to_guess_and_nothing_else [],
                a_password_counts_to_its_last_character [],
                my_accounts_say_where_i_am_and_as_what [],
                my_page_shows_all_my_accounts_and_which_i_may_not_leave [Rows],
                a_failed_password_change_is_counted_like_a_failed_sign_in [],
            }
            accounts {
                the_host_creates_an_account_it_manages [],
                an_unmanaged_account_waits_for_its_first_admin [],
                the_first_admin_link_is_made_again_also_for_another_address [],
                only_a_pending_account_has_a_first_admin_link [],
                an_unmanaged_account_needs_the_address_of_its_admin [],
                only_host_admins_and_standards_create_accounts [],
                admins_rename_their_account [],
                an_account_of_others_is_as_if_it_were_not [],
                the_selector_lists_searches_and_filters [],
                every_page_of_an_account_leads_to_others [],
                pages_of_accounts_follow_each_other_without_gap_or_repeat [],
                capabilities_say_what_i_may_do_and_why_not [],
                an_item_of_a_list_names_what_i_may_do_with_it [],
            }
            seats {
                the_creator_of_a_managed_account_holds_its_seat_for_the_host [],
                the_seat_ends_with_delegation [],
                the_seat_passes_when_its_holder_is_no_host_administrator_any_more [],
                a_seat_passes_to_somebody_who_is_in_the_account_already [],
                who_cannot_hold_a_seat_names_the_first_administrator [],
                a_host_administrator_may_name_one_too [],
                nobody_of_the_host_is_named_first_administrator [],
                a_seat_is_not_changed_but_taken_away [],
                the_form_asks_for_the_address_where_it_must [],
                taking_the_holder_out_against_delegation_off_ends_one_way [],
                host_administrators_who_revoke_each_other_pass_their_seats_once [],
                many_seats_pass_on_at_the_cost_of_what_changes [Rows],
            }
            members {
                an_account_knows_people_who_cannot_sign_in [],
                a_contact_is_given_access_and_keeps_its_data [],
                the_list_shows_role_state_and_invitations [],
                people_are_found_by_name_address_state_and_role [],
                the_page_of_a_list_takes_the_parameters_of_the_api [],
                a_form_changes_only_the_fields_that_it_sends [],
                pages_of_people_follow_each_other_without_gap_or_repeat [],
                pages_of_people_found_by_two_words_follow_each_other [],
                a_cursor_fits_its_account_and_filter_alone [],
                contact_data_is_edited_field_by_field [],
                the_address_of_somebody_with_access_is_their_own [],
                only_resources_of_the_account_are_assigned [],
                two_contacts_may_share_an_address_but_only_one_has_access [],
                a_member_of_another_account_is_unknown_here [],
                addresses_are_compared_as_people_mean_them [],
                what_one_does_in_one_account_tells_the_other_nothing [],
                the_last_visit_to_an_account_is_that_of_a_look_too [Tomorrow],
                no_cursor_tells_whom_a_page_ended_with [],
            }
            contacts {
                nothing_is_forbidden_that_real_people_have_in_their_names [],
                a_telephone_number_is_taken_as_people_write_it [],
                a_country_is_its_code [],
                an_italian_address_is_held_to_italian_rules [],
                an_italian_address_holds_when_it_is_edited_from_two_sides [],
                the_account_has_a_profile [],
                who_may_only_rename_edits_no_profile [],
                a_refused_form_keeps_what_was_typed [],
                a_contact_is_chosen_or_added [],
                whoever_manages_contacts_adds_them_on_the_page [],
                the_profile_page_of_the_account_saves_and_says_what_is_wrong [],
                fifty_people_share_an_address_and_no_more [],
                the_last_place_at_an_address_is_taken_once [],
            }
            preferences {
                a_contact_wants_nothing_at_first_and_the_account_everything [],
                preferences_are_put_whole [],
                somebody_always_receives_what_a_domain_needs [],
                the_address_of_the_account_counts_as_a_recipient [],
                an_account_without_a_recipient_is_not_stuck [Rows],
                a_new_account_has_somebody_for_what_a_domain_needs [],
                two_last_recipients_who_both_switch_off_leave_one [],
                an_address_emptied_against_the_last_recipient_ends_one_way [],
                the_preferences_page_says_them_in_the_documents_words [],
            }
            sub_accounts {
                the_tick_gives_access_suspends_and_restores [],
                somebody_who_has_a_user_is_linked_and_not_made_twice [],
                an_address_shared_by_contacts_opens_for_one_of_them [],
                two_contacts_of_one_address_ticked_at_once_make_one_user [],
                permissions_are_granted_one_by_one [],
                a_lesser_role_says_what_it_takes_before_it_does [],
                managing_contacts_never_gives_access [],
                a_refused_action_says_what_is_missing_and_whom_to_ask [],
                access_ends_on_the_day_that_was_chosen [Tomorrow],
                an_admin_with_an_end_does_not_count [Tomorrow],
                an_access_that_is_over_is_neither_taken_up_nor_given_back [Tomorrow],
            }
            transfer {
                people_go_out_as_a_table_and_come_back_unchanged [],
                a_table_holds_no_formula [],
                a_large_account_goes_out_in_parts_that_fit_together [],
                a_file_brings_people_in_and_twice_nobody_more [],
                a_preview_says_what_would_happen_and_changes_nothing [],
                bad_lines_are_told_and_good_ones_taken [],
                a_line_is_who_it_means [],
                a_line_finds_who_has_access_whatever_their_name [],
                one_person_of_two_lines_is_refused_however_far_apart [],
                an_import_never_empties_anything [],
                a_long_file_is_taken_chunk_by_chunk [],
                whmcs_is_understood [],
                a_file_that_cannot_be_read_says_where [],
                the_same_file_twice_at_once_makes_nobody_twice [],
                inviting_on_import_is_a_choice [],
                emails_go_to_those_an_import_invites [MailSink],
                the_pages_preview_and_import [],
                a_table_holds_no_formula_in_disguise [],
            }
            contact_invitations {
                an_invitation_for_a_contact_is_theirs [],
                an_invitation_gives_a_contact_without_details_all_of_them [],
                whose_an_invitation_is_follows_from_the_names [],
                of_several_contacts_the_inviter_chooses [],
                of_many_invitations_for_one_contact_one_wins [],
                an_invitation_for_a_contact_sent_twice_is_one [],
                the_page_says_whose_an_invitation_is_and_lets_choose [],
                a_line_that_is_invited_is_the_contact_of_its_address [],
            }
            import_files {
                files_are_taken_as_people_have_them [],
                a_thousand_full_people_go_out_and_come_back [],
                a_file_without_addresses_is_refused_in_one_sentence [],
                the_page_tells_what_is_not_taken [],
                nobody_has_a_file_judged_without_a_session [],
            }
            invitations {
                somebody_new_is_invited_and_comes_in [],
                a_link_works_once [],
                looking_at_a_link_does_not_spend_it [],
                a_link_that_never_was_one_opens_nothing [],
                somebody_who_has_a_user_signs_in_to_accept [],
                the_own_password_accepts_as_well_as_a_session [],
                accepting_with_a_session_brings_no_second_one [],
                somebody_else_cannot_take_the_invitation [],
                nobody_is_invited_twice [],
                an_expired_invitation_is_renewed [Tomorrow],
                a_new_link_kills_the_old_one_at_once [],
                an_invitation_is_taken_back [],
                the_invited_may_say_no [],
                the_password_of_a_newcomer_is_judged_before_the_link_is_spent [],
                who_has_one_name_is_a_user_like_others [],
                a_copied_link_does_not_prove_the_mailbox_a_mailed_one_does [MailSink],
                the_invitation_stands_when_the_email_does_not_leave [MailSink],
                whoever_loses_the_right_to_invite_loses_the_invitations_too [],
                an_invitation_does_not_outlive_the_right_of_who_made_it [Tomorrow],
                a_host_user_who_goes_takes_their_invitations_along [],
                a_link_into_a_stopped_account_says_so_and_waits [],
                the_token_cache_may_be_late_or_down [BrokenKv],
                a_stale_preview_opens_no_dead_link [BrokenKv],
                links_are_built_from_the_configuration_alone [],
            }
            access {
                a_changed_role_holds_from_the_next_request_on [],
                the_role_of_somebody_invited_changes_before_they_come [],
                permissions_go_with_the_role [],
                the_suspended_are_out_until_they_are_let_in_again [],
                only_somebody_active_is_suspended [],
                whoever_is_revoked_is_out_everywhere_at_once [],
                ones_own_way_out_is_to_leave [],
                even_view_only_may_leave [],
                the_last_admin_stays [],
                a_host_admin_by_delegation_is_no_admin_of_the_account [],
                the_host_keeps_an_admin_too [OwnHost],
                access_with_an_end_ends [Tomorrow],
                nobody_gives_more_than_they_hold [],
                host_users_are_people_of_the_hosts_account [],
                whoever_has_no_access_left_has_nothing_to_leave [Tomorrow],
                an_administrator_with_an_end_makes_nobody_one_for_longer [],
                an_administrator_with_an_end_takes_over_no_lasting_one [],
                an_administrator_with_an_end_makes_no_new_link_for_a_lasting_one [],
            }
            resets {
                the_page_says_what_became_of_the_email_with_the_link [MailSink],
                an_admin_makes_a_reset_link_and_hands_it_over [],
                a_reset_link_works_once_and_for_an_hour [Tomorrow],
                a_new_reset_link_kills_the_old_one [],
                a_changed_password_kills_the_reset_link [],
                a_revoked_person_loses_the_reset_link_too [],
                whoever_leaves_loses_the_reset_link_too [],
                whoever_loses_the_right_to_reset_loses_the_links_too [],
                a_reset_link_does_not_outlive_the_right_of_who_made_it [Tomorrow],
                a_link_in_an_admins_hands_dies_when_the_person_joins_another_account [],
                a_weak_new_password_does_not_spend_the_link [],
                nobody_takes_over_the_other_accounts_of_their_people [],
                whoever_administers_all_accounts_of_a_person_gets_the_link [],
                a_host_user_is_reset_by_a_host_admin_alone [],
                with_mail_the_person_alone_gets_the_link [MailSink],
                who_forgot_the_password_gets_an_email [MailSink],
                the_answer_to_forgotten_is_the_same_for_everybody [],
                emails_go_to_the_stored_address_and_to_nobody_unknown [MailSink],
                nobody_is_flooded_with_emails [MailSink],
                invitation_and_reset_tokens_are_not_each_others [],
                an_admin_cannot_choose_the_password [],
                whoever_holds_the_mailbox_gets_the_user_back [MailSink],
                a_shown_reset_link_proves_no_mailbox [],
                the_first_administrator_is_never_locked_out [MailSink],
                a_link_that_was_handed_over_is_not_killed_by_a_stranger [MailSink, Rows],
                the_same_reset_once_more_is_the_same_reset [],
                a_dead_reset_link_costs_no_hash [Rows],
                guesses_at_a_used_reset_link_are_counted [Rows],
                what_the_token_cache_says_decides_no_password [BrokenKv],
                a_host_admin_sends_a_link_where_none_may_be_shown [MailSink],
                known_and_unknown_addresses_are_answered_alike [MailSink],
            }
            links {
                an_act_in_one_account_leaves_the_links_of_another [MailSink],
                a_new_first_admin_link_kills_the_one_before_it [BrokenKv],
                a_dead_reset_link_is_dead_to_whoever_looks [BrokenKv, MailSink],
                a_dead_invitation_is_dead_to_whoever_looks [BrokenKv],
                a_link_ends_with_the_access_of_who_made_it [BrokenKv, Tomorrow],
                a_copy_that_comes_late_does_not_bring_a_dead_link_back [BrokenKv],
                the_preview_shows_the_role_of_now [BrokenKv],
                whoever_operates_the_deployment_can_make_a_reset_link [MailSink, Rows, Tomorrow],
                a_shown_reset_link_is_dead_to_whoever_looks_once_an_account_it_opens_is_closed_to_its_maker [BrokenKv],
                an_account_created_again_is_the_first_one_whatever_became_of_its_link [],
            }
            resources {
                admins_add_change_and_remove_pixels_and_apps [],
                what_is_wrong_with_a_pixel_is_said_field_by_field [],
                one_external_id_of_a_kind_stands_once_in_an_account [],
                a_repeated_key_adds_one_pixel [],
                standard_users_change_the_pixels_assigned_to_them [],
                view_only_sees_pixels_and_changes_nothing [],
                some_apps_are_seen_by_some [],
                the_list_goes_by_name_in_pages [],
                assignments_are_made_from_either_side [],
                only_people_with_access_are_assigned_all_or_none [],
                pixels_of_another_account_are_unknown_here [],
                a_lesser_role_keeps_assignments_asleep [],
                whoever_loses_access_loses_what_was_assigned [],
                an_invitation_brings_its_pixels [],
                two_editors_of_a_pixel_do_not_overwrite_each_other [],
                the_trail_tells_what_became_of_a_pixel [],
                assigning_against_removing_ends_one_way [],
                one_pixel_added_by_many_is_there_once [],
                the_pages_lead_from_nothing_to_an_assigned_pixel [],
                the_invitation_page_assigns_pixels [],
                people_beyond_the_first_hundred_are_found_and_kept [],
            }
            communications {
                a_communication_goes_to_those_who_chose_its_category [],
                a_communication_to_nobody_is_refused [],
                a_repeated_key_sends_one_communication [],
                the_history_is_searched_by_word_category_and_date [],
                a_word_far_behind_in_a_long_text_is_found [],
                everybody_reads_their_own_history_always [],
                nobody_reads_what_went_to_another_address [],
                security_emails_stand_in_ones_own_history_without_their_link [MailSink],
                with_mail_each_recipient_gets_one_email [MailSink],
                what_failed_is_sent_again_and_once [MailSink],
                what_is_sent_again_goes_to_those_who_still_want_it [MailSink],
                without_mail_nothing_is_sent_again [],
                many_recipients_are_sent_to_at_once_and_shown_in_pages [Rows],
                a_preference_against_a_send_ends_one_way [],
                the_pages_lead_from_nothing_to_a_message_and_its_html [],
                what_was_sent_goes_with_the_account [Tomorrow],
                a_search_asks_for_its_sixteen_longest_words [],
            }
            email_changes {
                a_change_of_address_ends_with_its_session [MailSink],
                confirming_a_new_address_once_more_is_the_same_change [MailSink, Rows, Tomorrow],
                the_new_mailbox_confirms_the_new_address [MailSink],
                the_change_of_address_needs_the_password [MailSink],
                without_mail_no_address_is_changed [],
                a_link_for_an_address_works_once_for_an_hour_and_the_last_one_alone [MailSink],
                the_address_of_somebody_else_is_not_taken_and_nobody_learns_of_it [MailSink],
                a_changed_address_kills_the_reset_link [MailSink],
            }
            resource_pages {
                large_settings_stand_in_nobodys_way [],
                a_new_pixel_may_begin_paused [],
                a_pixel_beyond_the_first_hundred_is_found_and_assigned [],
            }
            assignments {
                what_is_so_already_changes_nothing [],
                losing_access_counts_up_what_was_assigned [],
                nobody_is_told_of_an_app_they_may_not_see [],
                a_row_of_the_list_names_twenty_pixels_and_the_person_all [],
                paused_pixels_and_apps_are_listed_apart [],
            }
            http {
                a_change_names_the_version_it_changes [],
                two_editors_do_not_overwrite_each_other [],
                a_repeated_key_makes_nothing_twice [],
                a_key_belongs_to_its_user_and_lasts_a_day [Tomorrow],
                unknown_fields_and_parameters_are_refused [],
                broken_and_strange_bodies_are_the_callers_matter [],
                only_json_is_taken_by_the_api [],
                a_body_too_large_is_refused [],
                every_address_answers_head_and_says_which_methods_it_has [],
                each_answer_has_an_id_of_its_own [],
                a_busy_database_says_when_to_come_back [Rows],
                instants_are_rfc_3339_in_utc [],
                who_sent_no_key_is_told_to_look_before_repeating [Rows],
            }
            safety {
                another_site_changes_nothing_with_my_cookie [],
                another_site_signs_nobody_in_or_out [],
                people_and_secrets_are_never_cached [],
                the_safety_headers_are_on_every_status [],
                what_is_kept_tells_no_secret [Rows],
                emails_tell_nothing_to_those_they_do_not_concern [MailSink],
                nobody_says_where_to_go_next_but_us [],
                the_caller_cannot_choose_the_address_failures_are_counted_by [],
                a_refusal_leaves_a_line_that_names_nobody [Rows],
                what_is_kept_of_a_repeatable_request_confirms_no_guess [MailSink, Rows],
            }
            audit {
                admins_read_what_happened_in_their_account [],
                the_page_says_what_changed_in_the_readers_words [OwnHost],
                the_trail_says_when_the_host_acted_by_delegation [],
                a_refused_request_leaves_no_line [],
                the_trail_of_another_account_is_unknown [],
                every_change_leaves_its_line [OwnHost],
                the_hosts_trail_names_nobody_of_an_account [],
            }
            delegation {
                managed_accounts_start_delegated_and_unmanaged_ones_do_not [],
                only_an_admin_of_the_account_turns_delegation_off_and_on [],
                delegation_off_holds_from_the_hosts_next_request_on [],
                an_open_page_of_the_host_changes_nothing_after_delegation_off [],
                the_hosts_links_die_with_delegation [],
                host_users_with_access_of_their_own_keep_it_and_their_links [],
                an_account_without_an_admin_of_its_own_stays_delegated [],
                delegation_back_on_lets_the_host_in_again [],
                what_is_so_already_changes_nothing [],
                every_act_of_the_host_in_the_account_is_marked [],
                an_act_beyond_ones_own_access_is_marked [],
                own_access_that_has_ended_hides_no_act_of_the_host [Tomorrow],
                the_selector_tells_managed_from_unmanaged [],
                a_host_to_which_nothing_is_delegated_sees_that [],
                an_empty_selector_says_so_and_who_may_creates [OwnHost],
                the_dialog_names_the_host_users_who_keep_access [],
                delegation_off_against_an_edit_of_the_host_ends_one_way [],
            }
            closing {
                a_deactivated_account_keeps_its_people_out_and_everything_it_has [],
                the_host_works_in_a_deactivated_account_by_delegation [],
                whoever_deletes_types_the_name_and_the_password [],
                wrong_passwords_of_a_deletion_are_counted [],
                host_admins_standards_and_the_accounts_own_delete [],
                the_host_says_whether_standard_users_delete [],
                the_host_itself_is_neither_deleted_nor_delegated [],
                a_deleted_account_stops_at_once [],
                links_of_a_deleted_account_die [],
                whoever_has_no_account_left_is_told_so [],
                the_admins_get_an_email [MailSink],
                the_pages_close_an_account_and_bring_it_back [],
                a_version_seen_is_a_version_meant [],
                what_a_change_answers_is_what_is_read_next [Tomorrow],
                deleting_against_accepting_ends_one_way [],
                deleting_against_accepting_with_a_session_ends_one_way [],
                deleting_against_the_first_admin_ends_one_way [],
            }
            restoring {
                a_restored_account_is_what_it_was [],
                a_deactivated_or_pending_account_is_restored_as_such [],
                only_a_host_admin_restores_and_only_what_is_deleted [],
                deleted_accounts_are_listed_apart_with_their_restoration [],
                nobody_leaves_a_deleted_account [],
                after_thirty_days_nothing_is_restored_and_a_tombstone_remains [Tomorrow],
                the_host_reads_what_became_of_an_account_that_is_gone [Tomorrow],
                a_purge_killed_anywhere_goes_on_and_is_never_taken_back [Tomorrow],
                an_account_whose_purge_fails_keeps_no_other_waiting [Tomorrow],
                restoring_against_purging_ends_one_way [Tomorrow],
            }
            tokens {
                a_token_says_who_where_and_what [],
                the_keys_are_published_for_everybody [],
                libraries_find_the_keys_by_the_issuer [],
                a_token_opens_its_account_and_nothing_else [],
                a_token_ends_with_its_session_at_once [],
                a_token_ends_with_the_access_at_once [],
                a_token_ends_after_five_minutes [Tomorrow],
                a_token_is_given_to_those_who_stand_in_the_account [],
                a_token_calls_a_host_user_what_they_are_in_the_account [],
                a_forged_token_is_nobody [],
                while_keys_change_nobody_is_turned_away [Rows],
                no_kind_of_token_stands_for_another [],
                a_session_id_is_no_token [],
                a_token_for_another_service_opens_nothing_here [],
                the_host_says_whom_tokens_may_be_for [OwnHost],
            }
            explanation {
                a_role_brings_what_it_brings [],
                a_grant_adds_to_the_role [],
                who_does_not_come_in_may_nothing_and_reads_why [],
                access_that_has_ended_says_when [Tomorrow],
                the_host_role_counts_where_the_account_delegates [],
                who_can_change_it_are_those_who_can [],
                a_permission_switched_off_is_the_host_admins_to_switch_on [OwnHost],
                a_pixel_is_changed_by_those_it_is_assigned_to [],
                an_app_is_seen_by_those_who_may_see_it [],
                the_chain_is_told_in_the_readers_language [],
                who_may_ask [],
                questions_about_nobody_and_nothing [],
                a_row_of_the_matrix_changes_the_answer [Rows],
                a_page_says_why_somebody_may_or_may_not [],
                a_page_says_when_access_ended [Tomorrow],
                the_permissions_of_a_person_are_listed_in_words [],
            }
            host {
                the_host_sets_its_name_and_lifetimes [OwnHost],
                invitations_are_written_in_the_hosts_language_unless_the_reader_has_their_own [MailSink, OwnHost],
                standard_users_delete_where_the_host_lets_them [OwnHost],
                settings_out_of_range_say_what_is_possible [OwnHost],
                two_editors_of_the_host_do_not_overwrite_each_other [OwnHost],
                only_host_admins_manage_the_host [OwnHost],
                the_catalogue_tells_everybody_what_there_is [],
                the_host_gives_permissions_its_own_titles [OwnHost],
                a_permission_switched_off_is_not_granted_and_counts_for_nobody [OwnHost],
                what_the_service_needs_is_always_on [OwnHost],
                the_settings_page_saves_and_says_what_is_wrong [OwnHost],
                audiences_are_absolute_addresses_of_others [OwnHost],
                the_settings_page_takes_audiences_line_by_line [OwnHost],
            }
            test_emails {
                a_host_admin_sends_themselves_a_test_email [MailSink],
                a_test_email_that_does_not_leave_says_why_and_leaves_later [MailSink, Tomorrow],
                without_a_provider_there_is_no_test_email [],
                test_emails_are_few [MailSink, Tomorrow],
                the_page_shows_what_the_provider_said [MailSink],
            }
            emails {
                who_came_by_a_copied_link_confirms_the_address_by_an_email [MailSink],
                the_page_of_a_confirmation_link_works_without_javascript [MailSink],
                an_old_or_foreign_confirmation_link_proves_nothing [MailSink, Tomorrow],
                without_mail_nobody_is_promised_an_email [],
                people_are_told_what_was_done_to_their_access [MailSink],
                a_dead_link_is_never_mailed [MailSink, Tomorrow],
                nobody_is_mail_bombed_through_us [MailSink, Tomorrow],
                a_stranger_keeps_no_email_from_its_reader [MailSink, Tomorrow],
                one_mailbox_in_two_spellings_is_one_reader [MailSink, Tomorrow],
                confirming_once_more_is_the_same_confirmation [MailSink, Rows, Tomorrow],
                confirmation_emails_are_asked_for_now_and_then [MailSink, Tomorrow],
                an_email_that_waits_says_why_on_the_page [MailSink, Tomorrow],
                what_waits_when_mail_is_switched_off_says_that_it_was_not_sent [Rows, Tomorrow],
            }
            changed_addresses {
                an_invitation_goes_to_the_corrected_address [],
                the_corrected_address_gets_the_email_and_the_wrong_one_no_more [Tomorrow, MailSink],
                who_edits_contacts_alone_moves_no_invitation [],
                an_invitation_moves_to_no_address_that_has_access [],
                whose_access_ends_moves_no_invitation_of_a_lasting_administrator [],
                the_page_shows_the_link_for_the_corrected_address [],
                an_import_moves_no_invitation [],
            }
            as_sent {
                tags_are_read_as_proxies_send_them [],
                each_thing_is_found_by_one_of_several_tags [],
                a_change_comes_from_our_own_pages_whatever_the_browser [],
                a_browser_without_fetch_metadata_signs_in [],
                a_refused_body_is_told_what_its_route_takes [],
                whoever_must_wait_is_told_for_how_long [Rows, Tomorrow, MailSink],
                an_empty_part_of_a_change_changes_nothing [],
            }
            pasted {
                a_link_is_found_in_what_people_paste [],
                what_is_no_link_of_ours_costs_no_trip [],
                a_pasted_link_opens_its_page_or_says_what_is_wrong_with_it [],
                a_link_of_each_kind_is_told_where_it_belongs [],
            }
            traps {
                addresses_are_read_alike_everywhere [],
                instants_are_read_alike_everywhere [],
                days_of_a_search_are_read_alike_everywhere [],
                the_last_day_of_an_access_is_read_alike_everywhere [],
                names_are_read_alike_everywhere [],
                a_spelling_finds_the_other_everywhere [],
                names_are_sorted_as_they_are_found [],
                a_typed_name_confirms_what_it_means [],
                a_copied_token_may_have_blanks_around_it [],
                a_copied_setup_token_may_have_blanks_around_it [OwnHost],
                json_is_read_alike_everywhere [],
                tables_are_read_alike_everywhere [],
            }
            permissions {
                every_route_opens_for_those_it_should_and_nobody_else [],
                every_row_of_the_matrix_changes_the_table [Rows],
            }
            races {
                setup_against_setup_makes_one_host [FirstOfAll],
                admins_who_demote_each_other_leave_one [],
                admins_who_revoke_each_other_leave_one [],
                admins_who_suspend_each_other_leave_one [],
                admins_who_all_leave_do_not_all_leave [],
                admins_who_demote_revoke_suspend_and_leave_at_once_leave_one [],
                one_invitation_accepted_by_many_makes_one_member [],
                accepting_against_a_new_link_ends_one_way [],
                accepting_against_another_address_ends_one_way [],
                accepting_against_cancelling_ends_one_way [],
                accepting_against_the_end_of_the_inviter_ends_one_way [],
                two_invitations_to_one_address_make_one [],
                one_reset_link_used_by_many_sets_one_password [],
                one_key_used_by_many_makes_one_thing [],
                the_same_reset_sent_many_times_gives_one_result [],
                changing_a_role_against_revoking_ends_revoked [],
                many_wrong_passwords_at_once_are_all_counted [],
                the_same_acceptance_sent_many_times_gives_one_result [],
                the_same_take_over_sent_many_times_gives_one_result [MailSink],
            }
            accepting {
                a_dead_link_says_so_whatever_comes_with_it [],
                no_password_is_hashed_before_the_link_was_found_good [Rows],
                the_own_address_is_no_password_whatever_the_cache_says [BrokenKv],
                accepting_again_gives_the_first_result [],
                accepting_again_is_for_the_same_person_alone [],
                accepting_again_ends_with_the_life_of_the_link [Tomorrow],
                an_accepted_link_opened_again_leads_into_the_account [],
                a_form_of_acceptance_sent_twice_leads_in_twice [],
                a_copied_link_takes_nobody_over [],
            }
            taking_over {
                who_holds_the_mailbox_takes_the_user_over [MailSink, Rows],
                the_page_of_a_mailed_invitation_takes_the_user_over [MailSink],
                a_mailed_invitation_needs_no_names_to_take_over [MailSink],
                nothing_a_squatter_set_up_lets_them_back_in [MailSink],
                an_invitation_never_sets_the_password_of_a_confirmed_user [MailSink],
                a_preview_of_a_moment_ago_misleads_nobody [MailSink, BrokenKv],
                a_squatter_reads_no_invitation_of_others [MailSink],
                forgot_password_ends_what_a_squatter_made_for_others [MailSink],
                a_reset_link_that_was_shown_leaves_the_mailbox_unproven [MailSink],
            }
            bounds {
                an_import_costs_the_same_a_line_whoever_shares_the_address [],
                a_search_for_two_words_that_never_meet_ends_where_it_must [Rows],
                what_is_left_of_purged_accounts_is_not_walked [Rows],
                people_with_many_pixels_cost_no_more_to_list [Rows],
                a_chunk_of_a_purge_costs_the_same_with_many_pixels [Rows],
            }
            costs {
                every_request_costs_what_the_table_says [FirstOfAll],
                an_email_takes_two_trips_after_the_answer [MailSink],
                what_queues_no_email_opens_no_outbox [MailSink],
            }
            budgets {
                a_page_of_people_costs_the_same_in_a_large_account [],
                two_filters_at_once_cost_the_same_in_a_large_account [],
                a_search_within_a_filter_costs_the_same_in_a_large_account [],
                one_person_costs_the_same_in_a_large_account [],
                a_change_costs_the_same_in_a_large_account [],
                the_selector_costs_the_same_whatever_the_number_of_accounts [],
                the_selector_costs_the_same_for_somebody_in_all_accounts [Rows],
                the_rarer_of_two_words_leads_the_selector [Rows],
                a_page_of_pixels_costs_the_same_with_a_thousand_of_them [],
                a_change_of_a_pixel_costs_the_same_with_a_thousand_of_them [],
                a_history_costs_the_same_however_much_was_sent [],
                ones_own_history_costs_the_same_however_much_one_received [Rows],
                a_hundred_thousand_people_cost_no_more_than_ten [Rows],
                a_question_about_a_pixel_costs_the_same_with_a_thousand_of_them [Rows],
                the_life_of_an_account_costs_the_same_in_a_large_one [Rows],
                the_life_of_an_account_costs_the_same_whatever_its_host_has [Rows],
                a_chunk_of_a_purge_costs_the_same_in_a_large_account [Rows],
                no_token_cache_on_a_path_that_needs_none [Rows],
            }
            limits {
                ten_wrong_passwords_elsewhere_lock_nobody_out [],
                on_a_known_device_nobody_elses_guesses_count [],
                a_stolen_device_has_a_lock_out_of_its_own [],
                an_app_without_cookies_can_be_a_known_device_too [],
                many_at_once_from_one_place_are_all_counted [],
                whoever_holds_the_mailbox_is_let_in_at_once [MailSink],
                a_reset_forgets_the_devices_it_was_not_used_on [MailSink],
                the_seconds_to_wait_are_the_true_ones [Tomorrow],
                guessing_ends_for_a_whole_site_of_many_places [Rows],
                whoever_types_the_password_again_is_counted_as_the_user [MailSink],
                no_password_is_hashed_for_a_place_that_tried_too_often [OwnHost, Rows],
                a_password_longer_than_any_is_refused_as_such [],
                common_passwords_are_refused_with_their_reason [],
                whoever_invites_gets_no_more_guesses_by_more_links [],
            }
            empty_patches {
                whoever_may_not_change_a_thing_may_not_change_nothing_of_it [],
                an_empty_patch_changes_nothing [],
            }
            lost_replies {
                a_link_whose_answer_is_lost_is_told_as_unknown [OwnHost, MailSink, Rows],
                a_setup_whose_answer_is_lost_is_told_as_unknown [OwnHost, Rows],
                an_accounts_life_whose_answers_are_lost_is_told_as_unknown [MailSink, Rows],
                every_change_whose_answer_is_lost_is_told_as_unknown [MailSink, Rows],
                a_form_whose_answer_is_lost_keeps_what_was_typed [Rows],
                what_surely_changed_nothing_says_so [Rows],
                what_is_asked_again_after_a_lost_answer_is_done_once [MailSink, Rows],
            }
            repeats {
                every_form_is_done_once_however_often_it_is_sent [],
                every_form_of_host_and_mail_is_done_once_however_often_it_is_sent [MailSink, OwnHost, Rows],
                every_form_that_arrives_twice_at_once_is_done_once [],
                every_form_of_host_and_mail_that_arrives_twice_at_once_is_done_once [MailSink, OwnHost, Rows],
                a_form_filled_in_anew_on_the_same_page_is_a_new_one [],
                a_form_that_was_refused_can_be_sent_again [],
                a_link_is_shown_once_and_made_again_at_will [],
                the_repeat_of_what_took_ones_own_right_says_that_it_was_done [],
                a_key_holds_on_every_post_that_creates [],
                a_key_holds_on_every_post_that_sends [MailSink, OwnHost, Rows],
                the_document_names_the_key_wherever_it_holds [],
                a_repeated_import_tells_the_lines_again [],
                a_key_of_one_request_fits_no_other [],
                whose_session_ended_while_typing_finds_it_again [],
                what_somebody_else_typed_is_not_sent [],
                what_cannot_be_kept_is_said_before [],
                what_could_not_be_taken_is_sent_again_by_a_button [Rows],
            }
        }
    };
}
pub(crate) use every_scenario;
